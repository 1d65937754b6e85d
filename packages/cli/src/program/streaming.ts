import type { StreamingCommands } from '@mapreduce/protocol';
import { CliError } from '../exit-codes.ts';
import { splitCommand } from './split-command.ts';

export interface StreamingFlags {
  readonly mapper?: string;
  readonly combiner?: string;
  readonly reducer?: string;
  readonly sideEffects?: boolean;
  readonly nondeterministic?: boolean;
}

/** What a command line asks to run: a program by its name, or commands. */
export type Asked =
  | { readonly commands: undefined; readonly program: string; readonly inputs: readonly string[] }
  | {
      readonly commands: StreamingCommands;
      readonly program: undefined;
      readonly inputs: readonly string[];
    };

/** Tells what the words of a command line are: with `--mapper` all are inputs. Throws `CliError`. */
export function programAndInputs(words: readonly string[], flags: StreamingFlags): Asked {
  const { mapper, combiner, reducer, sideEffects, nondeterministic } = flags;
  if (mapper === undefined) {
    const stray = Object.entries({ combiner, reducer, sideEffects, nondeterministic })
      .filter(([, value]) => value !== undefined)
      .map(([name]) => `--${name === 'sideEffects' ? 'side-effects' : name}`);
    const meant = reducer === undefined ? '' : '; how many reducers there are is --reducers N';
    if (stray.length > 0) throw new CliError(`${stray.join(', ')}: only with --mapper${meant}`);
    const [program, ...inputs] = words;
    if (program === undefined) throw new CliError('expected a PROGRAM, or --mapper COMMAND');
    return { commands: undefined, program, inputs: named(inputs) };
  }
  const commands = {
    mapper: { command: splitCommand('--mapper', mapper) },
    ...(combiner !== undefined && { combiner: { command: splitCommand('--combiner', combiner) } }),
    ...(reducer !== undefined && { reducer: { command: splitCommand('--reducer', reducer) } }),
    sideEffects: sideEffects ?? false,
    nondeterministic: nondeterministic ?? false,
  };
  return { commands, program: undefined, inputs: named(words) };
}

function named(inputs: readonly string[]): readonly string[] {
  if (inputs.length === 0) throw new CliError('expected an INPUT');
  return inputs;
}

/** Nobody knows on which line a command failed. Throws `CliError`. */
export function refuseSkipping(skipBadRecords: number): void {
  if (skipBadRecords === 0) return;
  throw new CliError(
    '--skip-bad-records: not with --mapper: nobody knows on which line a command failed; let the ' +
      'command pass over such lines',
  );
}
