import type { Split } from '@mapreduce/protocol';
import { InputError, type RangeSource } from '@mapreduce/storage';
import type { BlockReader, InputBlock } from './blocks.ts';
import { Window } from './window.ts';

const lineFeed = 0x0a;
/** Of a line over the limit so many bytes are shown at most. */
const headBytes = 4096;

/** Takes a line over the limit; `length` is in bytes, its end included, `head` its first bytes. */
export type OnTooLong = (line: {
  readonly offset: number;
  readonly length: number;
  readonly head: Uint8Array;
  readonly error: InputError;
}) => void;

/**
 * Blocks of whole lines. A line begins at byte 0 or after a line feed; the split owns the lines that
 * begin in it, so its first is looked for inside the split alone, and its last is read to its end.
 */
export class LineBlocks implements BlockReader {
  readonly #split: Split;
  readonly #maxLength: number;
  readonly #window: Window;
  readonly #onTooLong: OnTooLong | undefined;
  /** Bytes at the window's start that are known to hold no line feed. */
  #searched = 0;
  #aligned: boolean;

  /** Lines over the limit that do not fit into memory go to `onTooLong`; without it they throw. */
  constructor(source: RangeSource, split: Split, maxLength: number, onTooLong?: OnTooLong) {
    this.#split = split;
    this.#maxLength = maxLength;
    this.#onTooLong = onTooLong;
    this.#aligned = split.start === 0;
    // The byte before the split tells whether a line begins at its first.
    this.#window = new Window(source, split, this.#aligned ? 0 : split.start - 1);
  }

  get bytesRead(): number {
    return this.#window.bytesRead;
  }

  async next(): Promise<InputBlock | undefined> {
    if (!this.#aligned && !(await this.#align())) return undefined;
    const window = this.#window;
    while (window.offset < this.#split.end) {
      const end = this.#endOfLines();
      if (end > window.start) {
        const { bytes, start, offset } = window;
        this.#searched = 0;
        window.skip(end - start);
        return { bytes, start, end, offset };
      }
      this.#searched = window.length;
      if (window.length > this.#maxLength + 1) await this.#passOver();
      else await window.read();
    }
    return undefined;
  }

  /** Moves to the first line that begins in the split; false if none does. */
  async #align(): Promise<boolean> {
    const window = this.#window;
    const last = this.#split.end - 1;
    while (window.offset < last) {
      if (window.length === 0) await window.read();
      const at = window.bytes.indexOf(lineFeed, window.start);
      const found = at >= 0 && at < window.end;
      const passed = found ? at + 1 - window.start : window.length;
      window.skip(passed);
      if (found) {
        this.#aligned = true;
        return window.offset <= last;
      }
    }
    window.seek(this.#split.end);
    return false;
  }

  /** Where the whole lines in the window that the split owns end; the window's start if none. */
  #endOfLines(): number {
    const { bytes, start, end, offset } = this.#window;
    const ownedEnd = start + (this.#split.end - offset);
    if (end >= ownedEnd) {
      // The line that holds the split's last byte is the last.
      const from = Math.max(ownedEnd - 1, start + this.#searched);
      const at = bytes.indexOf(lineFeed, from);
      if (at >= 0 && at < end) return at + 1;
      if (this.#window.atEnd) return end;
    }
    return Math.max(start, lastLineFeed(bytes, start + this.#searched, end) + 1);
  }

  /** The window begins with a line over the limit, whose end it does not hold. */
  async #passOver(): Promise<void> {
    const window = this.#window;
    const { offset } = window;
    const error = lineTooLong(this.#split.name, offset, this.#maxLength);
    if (this.#onTooLong === undefined) throw error;
    const head = window.bytes.slice(window.start, window.start + headBytes);
    this.#searched = 0;
    for (let isOver = false; !isOver;) {
      const at = window.bytes.subarray(window.start, window.end).indexOf(lineFeed);
      isOver = at >= 0 || window.atEnd;
      window.skip(at >= 0 ? at + 1 : window.length);
      if (!isOver) await window.read();
    }
    this.#onTooLong({ offset, length: window.offset - offset, head, error });
  }
}

/** A line over the reader's limit. */
export function lineTooLong(file: string, offset: number, maxLength: number): InputError {
  return new InputError(
    `the line at byte ${offset} of ${file} is longer than ${maxLength} bytes; raise maxLength of ` +
      'the reader, or --memory, of which a line may take a quarter',
    { position: { file, offset } },
  );
}

function lastLineFeed(bytes: Uint8Array, start: number, end: number): number {
  if (end <= start) return -1;
  const at = bytes.lastIndexOf(lineFeed, end - 1);
  return at >= start ? at : -1;
}
