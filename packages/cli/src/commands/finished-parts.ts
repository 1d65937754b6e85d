import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeDigest } from '@mapreduce/service/node';
import { decodeSuccess, partitionOf, partName } from '@mapreduce/storage';
import { CliError, exitCodes } from '../exit-codes.ts';

/**
 * The names of the files of a finished job's parts, in order. Throws `CliError` where no job has finished,
 * and where a part that its `_SUCCESS` lists is not there.
 */
export function finishedParts(directory: string): string[] {
  if (!existsSync(directory)) throw new CliError(`output ${directory}: no such directory`);
  const path = join(directory, '_SUCCESS');
  if (!existsSync(path)) {
    throw new CliError(`output ${directory}: has no _SUCCESS: no job has finished there`);
  }
  const success = decodeSuccess(nodeDigest, readFileSync(path));
  if (success === undefined) {
    throw new CliError(`${path}: not what a job writes when it finishes`, exitCodes.failed);
  }
  const files = readdirSync(directory).filter((name) => partitionOf(name) !== undefined);
  const there = new Set(files.map(partitionOf));
  const missing = success.parts.flatMap((_, partition) =>
    there.has(partition) ? [] : [partName(partition)],
  );
  if (missing.length > 0) throw new CliError(missed(directory, missing), exitCodes.failed);
  return files.sort();
}

function missed(directory: string, missing: readonly string[]): string {
  const [first] = missing;
  const more = missing.length > 1 ? ` (and ${missing.length - 1} more)` : '';
  return (
    `output ${directory}: ${String(first)}${more} is missing: the job has written it, and somebody has ` +
    'removed it; run the job again'
  );
}
