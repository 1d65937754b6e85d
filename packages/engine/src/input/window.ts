import type { Split } from '@mapreduce/protocol';
import { InputError, type RangeSource } from '@mapreduce/storage';

/** Bytes read at once. */
export const readSize = 2 ** 20;
/** What is read beyond a split's end at first: enough to finish nearly every record. */
const firstOverrun = 4096;

/**
 * A window that slides over an input: `bytes[start, end)` is what has been read and not yet used,
 * and `bytes[start]` lies at `offset` in the file. It grows only while one record does not fit.
 */
export class Window {
  bytes = new Uint8Array(0);
  start = 0;
  end = 0;
  offset: number;
  bytesRead = 0;
  readonly #source: RangeSource;
  readonly #split: Split;
  #overrun = firstOverrun;

  constructor(source: RangeSource, split: Split, offset: number) {
    this.#source = source;
    this.#split = split;
    this.offset = offset;
  }

  /** Whether the window reaches to the end of the input. */
  get atEnd(): boolean {
    return this.offset + (this.end - this.start) >= this.#split.size;
  }

  get length(): number {
    return this.end - this.start;
  }

  /** Passes over the first `count` bytes. */
  skip(count: number): void {
    this.start += count;
    this.offset += count;
  }

  /** Moves to an offset at or after the window's begin; what lies before it is not read. */
  seek(offset: number): void {
    this.skip(Math.min(offset - this.offset, this.length));
    this.offset = offset;
  }

  /**
   * Reads on, up to 1 MiB, past the split's end only in small steps. Throws `InputError` where the
   * input is shorter than its split says.
   */
  async read(): Promise<void> {
    const position = this.offset + this.length;
    const wanted = Math.min(this.#step(position), this.#split.size - position);
    this.#makeRoom(wanted);
    const count = await this.#source.read(
      this.bytes.subarray(this.end, this.end + wanted),
      position,
    );
    if (count === 0) {
      throw new InputError(
        `${this.#split.name} ended at byte ${position}, but had ${this.#split.size} bytes when ` +
          'the job began: it changed while it was read',
        { position: { file: this.#split.name, offset: position } },
      );
    }
    this.end += count;
    this.bytesRead += count;
  }

  #step(position: number): number {
    const left = this.#split.end - position;
    if (left >= 0) return Math.min(readSize, left + firstOverrun);
    this.#overrun = Math.min(readSize, this.#overrun * 2);
    return this.#overrun;
  }

  #makeRoom(count: number): void {
    if (this.end + count <= this.bytes.length) return;
    const length = this.length;
    if (length + count <= this.bytes.length) {
      this.bytes.copyWithin(0, this.start, this.end);
    } else {
      const grown = new Uint8Array(Math.max(length + count, 2 * this.bytes.length));
      grown.set(this.bytes.subarray(this.start, this.end));
      this.bytes = grown;
    }
    this.start = 0;
    this.end = length;
  }
}
