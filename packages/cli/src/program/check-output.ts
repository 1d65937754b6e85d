import { readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
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
  if (status?.isDirectory() === false) {
    throw new CliError(`output ${output}: is a file; name a directory that is empty or absent`);
  }
  checkApart(output, read);
  if (status === undefined) return;
  const entries = readdirSync(output);
  if (entries.length === 0) return;
  if (!overwrite) {
    throw new CliError(
      `output ${output}: not empty; name another directory, or pass --overwrite to replace it`,
    );
  }
  if (!isFormerOutput(entries)) throw new CliError(`output ${output}: ${notReplaced}`);
}

/**
 * Throws `CliError` where a job would read what lies in its output directory, or the next job over
 * the same input what this one has written; links followed.
 */
export function checkApart(output: string, read: readonly ReadByJob[]): void {
  const directory = realPathTo(resolve(output));
  for (const { what, path } of read) {
    const place = realPath(path);
    const how = place === undefined ? undefined : relation(directory, place);
    if (how === undefined) continue;
    const why = how === 'lies in' ? ', where the next job would read it' : '';
    throw new CliError(
      `output ${output}: ${how} the ${what} ${path}${why}; name another directory`,
    );
  }
}

function relation(output: string, place: string): 'is' | 'holds' | 'lies in' | undefined {
  if (place === output) return 'is';
  if (isWithin(output, place)) return 'holds';
  if (!isWithin(place, output) || !statSync(place).isDirectory()) return undefined;
  // What begins like that is no input, wherever it lies.
  const isPassedOver = relative(place, output)
    .split(sep)
    .some((name) => name.startsWith('.') || name.startsWith('_'));
  return isPassedOver ? undefined : 'lies in';
}

/** Of a path whose last names may be of nothing that is there yet. */
function realPathTo(path: string): string {
  const parent = dirname(path);
  return realPath(path) ?? (parent === path ? path : join(realPathTo(parent), basename(path)));
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
