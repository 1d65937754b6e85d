/**
 * A piece of the input that holds whole records, all of which begin in the split. Valid until the
 * next one is asked for.
 */
export interface InputBlock {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Where in the file `bytes[start]` lies. */
  readonly offset: number;
}

/** Cuts a split into blocks; asynchronous, since the input may come over the network. */
export interface BlockReader {
  /** Undefined at the end. Throws `InputError`. */
  next(): Promise<InputBlock | undefined>;
  /** Bytes of the file passed over so far, for progress. */
  readonly bytesRead: number;
}
