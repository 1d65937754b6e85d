import type { ProgramDescription, Split } from '@mapreduce/protocol';
import type { RangeSource } from '@mapreduce/storage';
import type { BlockReader } from './blocks.ts';
import { FileBlocks } from './file-blocks.ts';
import { FixedBlocks } from './fixed-blocks.ts';
import { LineBlocks, type OnTooLong } from './line-blocks.ts';

/** The longest record that the memory allows for: a quarter of it. */
export function defaultMaxLength(memory: number): number {
  return Math.floor(memory / 4);
}

/** The longest line of a reader, in bytes: what it says itself, if the memory allows for that. */
export function maxLineLength(
  { maxLength = Infinity }: { readonly maxLength?: number | undefined },
  memory: number,
): number {
  return Math.min(maxLength, defaultMaxLength(memory));
}

/**
 * A split as blocks of its reader's records. Throws `InputError`, but for lines over the limit where
 * there is `onTooLong`.
 */
export function openInput(
  reader: ProgramDescription['reader'],
  source: RangeSource,
  split: Split,
  memory: number,
  onTooLong?: OnTooLong,
): BlockReader {
  const maxLength = defaultMaxLength(memory);
  switch (reader.kind) {
    case 'lines':
    case 'ndjson':
      return new LineBlocks(source, split, maxLineLength(reader, memory), onTooLong);
    case 'fixed':
      return new FixedBlocks(source, split, reader.length, maxLength);
    case 'file':
      return new FileBlocks(source, split, maxLength);
  }
}
