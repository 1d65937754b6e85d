import type { JobSettings, ProgramDescription } from '@mapreduce/protocol';

/** What contradicts itself in a program's description, or its settings, as one sentence; undefined if nothing does. */
export function descriptionFault(
  description: ProgramDescription,
  { skipBadRecords }: Pick<JobSettings, 'skipBadRecords'>,
): string | undefined {
  const { map, reader } = description;
  if (map === 'block' && reader.kind !== 'lines' && reader.kind !== 'fixed') {
    return `mapBlock needs a reader of lines or of fixed length, not ${reader.kind}`;
  }
  if (map === 'block' && skipBadRecords > 0) {
    return (
      'mapBlock sees many records at once, so that none of them can be skipped: give the program ' +
      'a map instead, or leave out --skip-bad-records'
    );
  }
  return undefined;
}
