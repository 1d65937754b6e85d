/** Records of a block at most, in canonical bytes; one record that is larger has its own block. */
export const blockSize = 256 * 1024;

/** A record's bytes at most. */
export const maxRecordLength = 2 ** 30;

/** A block as it is stored: its header, then its payload. */
export interface StoredBlock {
  readonly header: Uint8Array;
  readonly payload: Uint8Array;
}

/** What a checked header says of its block. */
export interface BlockHeader {
  readonly payloadLength: number;
  /** Canonical bytes, where the format knows them beforehand; else 0. */
  readonly rawLength: number;
  readonly records: number;
}

/**
 * How blocks of canonical records are stored. A segment that holds records is a preamble (magic
 * number and version) and then blocks; one that holds none has no bytes. Reading throws
 * `FormatError` for what storing never makes.
 */
export interface BlockFormat {
  readonly preamble: Uint8Array;
  /** Of every block's header. */
  readonly headerLength: number;
  /** `records` holds `count` canonical records; the result may alias it. */
  store(records: Uint8Array, count: number): StoredBlock;
  /** Checks a header of `headerLength` bytes. */
  readHeader(header: Uint8Array): BlockHeader;
  /** Checks a payload and gives its canonical records; the result may alias it. */
  load(header: Uint8Array, payload: Uint8Array): Uint8Array;
}
