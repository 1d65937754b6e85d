import { readdirSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, sep } from 'node:path';
import type { Input } from '@mapreduce/protocol';
import { isFormerOutput, notReplaced } from '@mapreduce/storage/former-output';
import { CliError } from '../exit-codes.ts';

/** A file or directory that a job reads, and what it is to the job: `input`, `program`. */
export interface ReadByJob {
  readonly what: string;
  readonly path: string;
}

/** What a job reads of this machine's files: its inputs, and its program where that is a file. */
export function readByJob(inputs: readonly Input[], program: string | undefined): ReadByJob[] {
  const read = inputs.flatMap((input) =>
    input.kind === 'path' ? [{ what: 'input', path: input.path }] : [],
  );
  return program === undefined ? read : [...read, { what: 'program', path: program }];
}

/**
 * Refuses at once an output directory that the coordinator would refuse after all processes have
 * started. Throws `CliError`.
 */
export function checkOutput(
  { output, overwrite }: { readonly output: string; readonly overwrite: boolean },
  read: readonly ReadByJob[],
): void {
  const status = statSync(output, { throwIfNoEntry: false });
  if (status === undefined) return;
  if (!status.isDirectory()) {
    throw new CliError(`output ${output}: is a file; name a directory that is empty or absent`);
  }
  checkApart(output, read);
  const entries = readdirSync(output);
  if (entries.length === 0) return;
  if (!overwrite) {
    throw new CliError(
      `output ${output}: not empty; name another directory, or pass --overwrite to replace it`,
    );
  }
  if (!isFormerOutput(entries)) throw new CliError(`output ${output}: ${notReplaced}`);
}

/** Throws `CliError` where a job would read what lies in its output directory, links followed. */
export function checkApart(output: string, read: readonly ReadByJob[]): void {
  const directory = realPath(output);
  if (directory === undefined) return;
  for (const { what, path } of read) {
    const place = realPath(path);
    if (place === undefined || !isWithin(directory, place)) continue;
    const how = place === directory ? 'is' : 'holds';
    throw new CliError(`output ${output}: ${how} the ${what} ${path}; name another directory`);
  }
}

/** Undefined where nothing is: that is reported by whoever is to read it. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function isWithin(directory: string, path: string): boolean {
  const [first] = relative(directory, path).split(sep);
  return first !== '..' && !isAbsolute(relative(directory, path));
}
