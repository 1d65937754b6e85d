import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Whether all of these programs are on the PATH. */
export function installed(...programs: readonly string[]): boolean {
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  return programs.every((program) =>
    directories.some((directory) => isExecutable(join(directory, program))),
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What a command prints, or undefined where it fails. */
export function answer(program: string, ...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** Runs a compiler; throws what it complains of. */
export function compile(program: string, args: readonly string[], cwd?: string): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8', cwd });
  if (status !== 0) throw new Error(`${program} failed: ${error?.message ?? stderr.trim()}`);
}

/** A peer's program in `peers/sources`. */
export function source(name: string): string {
  return fileURLToPath(new URL(`./sources/${name}`, import.meta.url));
}
