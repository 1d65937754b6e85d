import type { SyncFile } from '@mapreduce/service';
import { equalBytes } from '../codec/compare.ts';
import { viewOf } from '../codec/copy-words.ts';
import { VarintReader } from '../codec/varint.ts';
import { FormatError, type RecordCursor } from '../records.ts';
import { type BlockFormat, type BlockHeader, blockSize, maxRecordLength } from './block-format.ts';

/** Where a segment lies in its file, and what its index says of it. */
export interface SegmentRange {
  readonly offset: number;
  readonly length: number;
  readonly records: number;
}

const nothing = new Uint8Array(0);
const viewOfNothing = viewOf(nothing);

/** Reads a segment block by block; holds one block at a time. Checks all before it gives any. */
export class BlockSegmentCursor implements RecordCursor {
  bytes: Uint8Array = nothing;
  view: DataView = viewOfNothing;
  start = 0;
  end = 0;
  keyStart = 0;
  keyEnd = 0;
  valueStart = 0;
  valueEnd = 0;

  readonly #file: SyncFile;
  readonly #format: BlockFormat;
  readonly #range: SegmentRange;
  readonly #name: string;
  readonly #header: Uint8Array;
  readonly #varint = new VarintReader();
  #payload: Uint8Array;
  /** Bytes of the segment that have been read, and records that have been loaded. */
  #read = 0;
  #loaded = 0;
  /** Of the current block: its end in `bytes`, and records not yet given. */
  #limit = 0;
  #left = 0;

  /**
   * `name` is what errors call the segment. `buffer` is the cursor's to keep stored blocks in; it
   * spares a new one where many short segments are read one after another.
   */
  constructor(
    file: SyncFile,
    format: BlockFormat,
    range: SegmentRange,
    name: string,
    buffer: Uint8Array = nothing,
  ) {
    this.#payload = buffer;
    this.#file = file;
    this.#format = format;
    this.#range = range;
    this.#name = name;
    this.#header = new Uint8Array(format.headerLength);
  }

  next(): boolean {
    if (this.#left === 0 && !this.#nextBlock()) return false;
    this.#left--;
    const bytes = this.bytes;
    let at = this.end;
    this.start = at;
    // Lengths below 128 are one byte; past the block's end there is undefined, or what the limit
    // below refuses.
    let length = bytes[at] as number;
    if (length < 0x80) at++;
    else [length, at] = this.#longLength(at);
    this.keyStart = at;
    at += length;
    this.keyEnd = at;
    length = bytes[at] as number;
    if (length < 0x80) at++;
    else [length, at] = this.#longLength(at);
    this.valueStart = at;
    at += length;
    if (at > this.#limit) throw this.#damaged('a record goes beyond its block');
    this.valueEnd = at;
    this.end = at;
    return true;
  }

  #longLength(at: number): [number, number] {
    try {
      const length = this.#varint.read(this.bytes, at, this.#limit);
      return [length, this.#varint.position];
    } catch (error) {
      throw this.#damaged("a record's length is unreadable", error);
    }
  }

  #nextBlock(): boolean {
    try {
      return this.#advance();
    } catch (error) {
      throw error instanceof FormatError ? this.#damaged(error.message, error.cause) : error;
    }
  }

  #advance(): boolean {
    if (this.end !== this.#limit) throw new FormatError('a block goes on after its last record');
    if (this.#read === 0 && this.#range.length > 0) this.#readPreamble();
    if (this.#read === this.#range.length) {
      if (this.#loaded === this.#range.records) return false;
      const found = `${this.#loaded} records instead of ${this.#range.records}`;
      throw new FormatError(`it holds ${found}`);
    }
    this.#readExactly(this.#header);
    const header = this.#format.readHeader(this.#header);
    this.#checkHeader(header);
    this.#load(header);
    return true;
  }

  #readPreamble(): void {
    const expected = this.#format.preamble;
    const found = new Uint8Array(expected.length);
    this.#readExactly(found);
    if (!equalBytes(found, 0, found.length, expected, 0, expected.length)) {
      throw new FormatError('it is no segment of this format and version');
    }
  }

  #checkHeader({ payloadLength, rawLength, records }: BlockHeader): void {
    if (records === 0 || this.#loaded + records > this.#range.records) {
      throw new FormatError(`a block of ${records} records does not fit its segment`);
    }
    if (rawLength > (records === 1 ? maxRecordLength : blockSize)) {
      throw new FormatError(`a block of ${rawLength} bytes for ${records} records`);
    }
    if (payloadLength > this.#range.length - this.#read) {
      throw new FormatError('a block goes beyond its segment');
    }
  }

  #load({ payloadLength, records }: BlockHeader): void {
    if (this.#payload.length < payloadLength) this.#payload = new Uint8Array(payloadLength);
    const payload = this.#payload.subarray(0, payloadLength);
    this.#readExactly(payload);
    this.bytes = this.#format.load(this.#header, payload);
    this.view = viewOf(this.bytes);
    this.#limit = this.bytes.length;
    this.#loaded += records;
    this.#left = records;
    this.end = 0;
  }

  #readExactly(target: Uint8Array): void {
    if (target.length > this.#range.length - this.#read) throw new FormatError('it is cut off');
    let filled = 0;
    while (filled < target.length) {
      const position = this.#range.offset + this.#read + filled;
      const count = this.#file.read(target.subarray(filled), position);
      if (count === 0) throw new FormatError('its file ends before it');
      filled += count;
    }
    this.#read += target.length;
  }

  #damaged(what: string, cause?: unknown): FormatError {
    const where = `segment at byte ${this.#range.offset} of ${this.#name}`;
    const place = `near its byte ${this.#read}`;
    return new FormatError(`${where}: ${what} (${place}); the data is damaged`, { cause });
  }
}
