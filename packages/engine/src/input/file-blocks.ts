import type { Split } from '@mapreduce/protocol';
import { InputError, type RangeSource } from '@mapreduce/storage';
import type { BlockReader, InputBlock } from './blocks.ts';
import { Window } from './window.ts';

/** The whole file as one block; its record begins at byte 0, so that split alone owns it. */
export class FileBlocks implements BlockReader {
  readonly #window: Window;
  #done: boolean;

  constructor(source: RangeSource, split: Split, maxLength: number) {
    if (split.size > maxLength) {
      throw new InputError(
        `${split.name} has ${split.size} bytes; a whole file as one record may take a quarter of ` +
          `--memory, ${maxLength} bytes`,
        { position: { file: split.name, offset: 0 } },
      );
    }
    this.#window = new Window(source, split, 0);
    this.#done = split.start > 0;
  }

  get bytesRead(): number {
    return this.#window.bytesRead;
  }

  async next(): Promise<InputBlock | undefined> {
    if (this.#done) return undefined;
    this.#done = true;
    const window = this.#window;
    while (!window.atEnd) await window.read();
    return { bytes: window.bytes, start: window.start, end: window.end, offset: 0 };
  }
}
