import type { ProgramDescription } from '@mapreduce/protocol';

/** What contradicts itself in a program's description, as one sentence; undefined if nothing does. */
export function descriptionFault(description: ProgramDescription): string | undefined {
  const { map, reader } = description;
  if (map === 'block' && reader.kind !== 'lines' && reader.kind !== 'fixed') {
    return `mapBlock needs a reader of lines or of fixed length, not ${reader.kind}`;
  }
  return undefined;
}
