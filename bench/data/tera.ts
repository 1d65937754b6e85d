import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { summarizeTera, type TeraSummary } from '../check/tera-records.ts';
import type { Command } from '../harness/command.ts';
import { measure } from '../harness/measure.ts';
import type { Cache } from './cache.ts';

/** A directory of 100-byte records to sort. */
export interface TeraData {
  readonly directory: string;
  readonly inputs: readonly string[];
  readonly summary: TeraSummary;
}

/** Workload T. `generate` is the product's TeraGen: from records and directory to its command. */
export async function prepareTera(
  cache: Cache,
  records: number,
  generate: (records: number, directory: string) => Command,
): Promise<TeraData> {
  const directory = await cache.once(`tera-${records}`, async (empty) => {
    // TeraGen makes its own directory, and may insist that it is new.
    rmSync(empty, { recursive: true });
    const options = { log: `${empty}.log`, sampleMemory: false, timeoutSeconds: 600 };
    await measure(generate(records, empty), options);
  });
  const summary = summarizeTera(directory);
  if (summary.records !== records) {
    throw new Error(`${directory} holds ${summary.records} records: remove it and run again`);
  }
  const names = readdirSync(directory).filter((name) => !/^[_.]/.test(name));
  return { directory, inputs: names.sort().map((name) => join(directory, name)), summary };
}
