import { pathToFileURL } from 'node:url';
import { ProgramError } from '@mapreduce/engine';
import type { Program } from '@mapreduce/protocol';

/** The programs of the executable, by name; each is loaded when it is asked for. */
export type Builtins = Readonly<Record<string, () => Promise<unknown>>>;

/**
 * What the program exports as its default, if anything. Throws `ProgramError` where there is no such
 * program, or it throws as it loads.
 */
export async function loadProgram(
  program: Program,
  programPath: string | undefined,
  builtins: Builtins,
): Promise<unknown> {
  const { kind, name } = program;
  // Commands are on the machine.
  if (kind === 'streaming') return undefined;
  if (programPath === undefined) {
    const builtin = Object.hasOwn(builtins, name) ? builtins[name] : undefined;
    if (builtin !== undefined) return builtin();
    const known = Object.keys(builtins).join(', ');
    throw new ProgramError(`no built-in program is called ${name}; there are ${known}`);
  }
  // So that stacks name the lines that the user wrote.
  process.setSourceMapsEnabled(true);
  try {
    const module = (await import(pathToFileURL(programPath).href)) as {
      readonly default?: unknown;
    };
    return module.default;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ProgramError(`${name}: cannot be loaded: ${reason}`, { cause });
  }
}
