import type { SkippedRecord } from '@mapreduce/protocol';
import type { SkippedLine } from '@mapreduce/storage';
import type { JobEnd } from './job-end.ts';

/** So many are named where there are too many. */
const namedRecords = 3;

/** What the attempts that count have skipped, one a map, however often it ran. */
export class SkippedRecords {
  readonly #byMap = new Map<number, readonly SkippedRecord[]>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  /** What the map's last attempt has skipped. */
  set(map: number, records: readonly SkippedRecord[]): void {
    this.#total += records.length - this.count(map);
    if (records.length > 0) this.#byMap.set(map, records);
    else this.#byMap.delete(map);
  }

  count(map: number): number {
    return this.#byMap.get(map)?.length ?? 0;
  }

  /** All of them, by map and offset. `fileOf`: the name of a map's input. */
  *lines(fileOf: (map: number) => string): Generator<SkippedLine, void, undefined> {
    const maps = [...this.#byMap].sort(([a], [b]) => a - b);
    for (const [map, records] of maps) {
      const file = fileOf(map);
      for (const record of records) yield { file, ...record };
    }
  }
}

/** How a job ends that skipped more than `limit` records. */
export function tooManySkipped(
  skipped: SkippedRecords,
  limit: number,
  fileOf: (map: number) => string,
): JobEnd {
  const first: SkippedLine[] = [];
  for (const line of skipped.lines(fileOf)) {
    if (first.length === namedRecords) break;
    first.push(line);
  }
  const named = first.map(({ file, offset, message }) => `${file} at byte ${offset}: ${message}`);
  const message =
    `${skipped.total} bad records, but --skip-bad-records allows ${limit}:\n` + named.join('\n');
  const [record] = first;
  const position = record && { file: record.file, offset: record.offset };
  const cause = { kind: 'program', message: message.slice(0, 16_384), ...position } as const;
  return { state: 'failed', error: { code: 'program', cause } };
}
