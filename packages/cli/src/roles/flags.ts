import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { CliError } from '../exit-codes.ts';
import { formatDuration, parseDuration } from '../values/duration.ts';

/**
 * The flags of a role. Its processes are started by the dozen, so they are read without loading the
 * whole command line. Throws `CliError`.
 */
export function readFlags<T extends ParseArgsOptionsConfig>(
  command: string,
  args: readonly string[],
  options: T,
) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`${command}: ${reason}\nSee mapreduce ${command} --help`);
  }
}

/** A flag that must be there. */
export function required(command: string, flag: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw new CliError(`${command}: --${flag} is missing\nSee mapreduce ${command} --help`);
}

/** A flag's whole number within bounds. */
export function wholeNumber(flag: string, text: string, min: number, max: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new CliError(`--${flag} ${text}: expected a whole number from ${min} to ${max}`);
}

/** A flag's duration in milliseconds, `max` at most. */
export function duration(flag: string, text: string, max: number): number {
  try {
    const ms = parseDuration(text);
    if (ms <= max) return ms;
  } catch (error) {
    throw new CliError(`--${flag} ${text}: ${error instanceof Error ? error.message : ''}`);
  }
  throw new CliError(`--${flag} ${text}: expected at most ${formatDuration(max)}`);
}
