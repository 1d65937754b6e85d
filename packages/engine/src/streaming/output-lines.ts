import { ByteWriter } from '../codec/byte-writer.ts';

const lineFeed = 0x0a;

/** Takes the line `source[start, end)`, without its end. */
export type TakeLine = (source: Uint8Array, start: number, end: number) => void;

/** Cuts what a command writes into lines. */
export class OutputLines {
  readonly #maxLength: number;
  readonly #take: TakeLine;
  readonly #tooLong: () => Error;
  /** The beginning of a line that is not yet ended. */
  readonly #begun = new ByteWriter(256);

  /** A line of more than `maxLength` bytes throws `tooLong`. */
  constructor(maxLength: number, take: TakeLine, tooLong: () => Error) {
    this.#maxLength = maxLength;
    this.#take = take;
    this.#tooLong = tooLong;
  }

  push(chunk: Uint8Array): void {
    let line = 0;
    // Most lines are short: to look at their bytes here takes less than a call for each.
    for (let end = 0; end < chunk.length; end += 1) {
      if (chunk[end] !== lineFeed) continue;
      if (this.#begun.length > 0) {
        this.#begin(chunk, line, end);
        this.end();
      } else {
        if (end - line > this.#maxLength) throw this.#tooLong();
        this.#take(chunk, line, end);
      }
      line = end + 1;
    }
    if (line < chunk.length) this.#begin(chunk, line, chunk.length);
  }

  /** A last line need not be ended. */
  end(): void {
    const { bytes, length } = this.#begun;
    if (length === 0) return;
    this.#begun.reset();
    this.#take(bytes, 0, length);
  }

  #begin(chunk: Uint8Array, start: number, end: number): void {
    if (this.#begun.length + end - start > this.#maxLength) throw this.#tooLong();
    this.#begun.raw(chunk, start, end);
  }
}
