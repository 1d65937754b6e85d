import { statSync } from 'node:fs';
import { examples } from '@mapreduce/examples';
import type { StreamingCommands } from '@mapreduce/protocol';
import { CliError } from '../exit-codes.ts';
import { closest } from '../values/closest.ts';

/** What the PROGRAM of a command line names. */
export type FoundProgram =
  | { readonly kind: 'builtin'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'streaming'; readonly commands: StreamingCommands };

/**
 * A built-in's name, else a file. A built-in wins over a file of its name: `./wordcount` names the
 * file. Throws a `CliError` that lists what there is.
 */
export function findProgram(
  program: string,
): Exclude<FoundProgram, { readonly kind: 'streaming' }> {
  if (Object.hasOwn(examples, program)) return { kind: 'builtin', name: program };
  const status = statSync(program, { throwIfNoEntry: false });
  if (status?.isFile() === true) return { kind: 'file', path: program };
  if (status?.isDirectory() === true) {
    throw new CliError(
      `program ${program}: is a directory; name the TypeScript or JavaScript file in it`,
    );
  }
  const names = Object.keys(examples);
  const near = closest(program, names);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  throw new CliError(
    `program ${program}: no such file, and no built-in of that name.${hint}\n` +
      `Built-ins: ${names.join(', ')}`,
  );
}
