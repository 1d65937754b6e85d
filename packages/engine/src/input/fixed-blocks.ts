import type { Split } from '@mapreduce/protocol';
import { InputError, type RangeSource } from '@mapreduce/storage';
import type { BlockReader, InputBlock } from './blocks.ts';
import { Window } from './window.ts';

/** Blocks of whole records of a fixed length. */
export class FixedBlocks implements BlockReader {
  readonly #length: number;
  readonly #window: Window;
  /** Where the first record after the split begins. */
  readonly #end: number;

  constructor(source: RangeSource, split: Split, length: number, maxLength: number) {
    const over = split.size % length;
    if (over !== 0) {
      const offset = split.size - over;
      throw new InputError(
        `${split.name} has ${split.size} bytes, which is no multiple of the record length ` +
          `${length}: ${over} bytes are left at byte ${offset}`,
        { position: { file: split.name, offset } },
      );
    }
    if (length > maxLength) {
      throw new InputError(
        `records of ${length} bytes do not fit: they may take a quarter of --memory, ` +
          `${maxLength} bytes`,
        { position: { file: split.name, offset: 0 } },
      );
    }
    this.#length = length;
    this.#window = new Window(source, split, Math.ceil(split.start / length) * length);
    this.#end = Math.ceil(split.end / length) * length;
  }

  get bytesRead(): number {
    return this.#window.bytesRead;
  }

  async next(): Promise<InputBlock | undefined> {
    const window = this.#window;
    while (window.offset < this.#end) {
      const available = Math.min(window.length, this.#end - window.offset);
      const whole = available - (available % this.#length);
      if (whole > 0) {
        const { bytes, start, offset } = window;
        window.skip(whole);
        return { bytes, start, end: start + whole, offset };
      }
      await window.read();
    }
    return undefined;
  }
}
