/**
 * The canonical record is `varint(key length) key varint(value length) value`, where key and value
 * are encoded (codec/). Nothing on the engine's hot paths makes an object of one: records live
 * framed in byte arrays, and cursors walk over them.
 */

/** Walks over records. The fields describe the current record and change with `next`. */
export interface RecordCursor {
  /** Moves to the next record; false at the end. Throws `FormatError` on damaged data. */
  next(): boolean;
  /** The bytes that hold the current record; may be another array after `next`. */
  readonly bytes: Uint8Array;
  /** Of all of `bytes`. */
  readonly view: DataView;
  /** The whole framed record is `bytes[start, end)`. */
  readonly start: number;
  readonly end: number;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  /** `valueEnd` is `end`. */
  readonly valueEnd: number;
}

/** What a segment says of itself. */
export interface SegmentSummary {
  readonly records: number;
  /** Bytes of the segment in its file. */
  readonly length: number;
  /** sha256 of those bytes. */
  readonly storedDigest: Uint8Array;
  /** sha256 of the canonical records in order: independent of format and compression. */
  readonly contentDigest: Uint8Array;
}

/** Writes one segment: records in order, into blocks, onto the end of a file. */
export interface SegmentWriter {
  /** Adds the framed record `source[start, end)`; `view` as `ByteWriter.raw` takes it. */
  append(source: Uint8Array, start: number, end: number, view?: DataView): void;
  /** Flushes; the writer must not be used afterwards. */
  finish(): SegmentSummary;
}

/** Bytes that are not what their format says: damaged, cut, or of another version. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}
