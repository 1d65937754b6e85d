import type { StreamingCommands } from '@mapreduce/protocol';
import { type Command, CommandStartError, type CommandEnd } from '@mapreduce/service';
import type { CounterContext } from '../task-context.ts';
import { ProgramError } from '../tasks.ts';
import { heed } from './reporter.ts';
import type { StreamingPorts } from './streaming-run.ts';

export type Role = keyof StreamingCommands & ('mapper' | 'combiner' | 'reducer');

/** Gives a command bytes, which may be reused when it resolves. They go nowhere once it reads no more. */
export type Write = (bytes: Uint8Array) => Promise<void>;

export interface CommandRun {
  readonly role: Role;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** What it works on, for errors. */
  readonly place: string;
  readonly context: CounterContext;
  /** It has taken or written something. */
  readonly onAlive: () => void;
  /** Writes all its input. */
  readonly feed: (write: Write) => Promise<void>;
  /** Takes what it writes. */
  readonly take: (chunk: Uint8Array) => void;
}

/** What is written at once: so often at least a command that reads slowly is seen to be alive. */
const writeSize = 1 << 16;

/**
 * Runs a command over its whole input: writes and reads go on at the same time, and each waits for the
 * command, so that neither more than a few buffers are held nor one end waits for the other for ever.
 * Resolves when it has ended with 0, whatever of its input it has read. Throws `ProgramError`.
 */
export async function runCommand(run: CommandRun, { commands }: StreamingPorts): Promise<void> {
  let fault: unknown;
  let command: Command | undefined;
  const onErrorLine = (line: string): boolean => {
    try {
      const heeded = heed(line, run.context);
      if (heeded !== undefined) run.onAlive();
      return heeded === 'counted';
    } catch (error) {
      fault ??= error;
      command?.kill();
      return true;
    }
  };
  try {
    const { environment } = run;
    command = await commands.start(run.command, { environment, onErrorLine });
  } catch (error) {
    if (!(error instanceof CommandStartError)) throw error;
    throw failed(run, `cannot be started: ${error.message}`);
  }
  const { feeding, taking } = pumped(run, command);
  for (const result of await Promise.allSettled([taking, feeding])) {
    if (result.status === 'rejected') fault ??= result.reason;
  }
  const end = await command.ended;
  if (fault !== undefined) throw fault as Error;
  if (end.exitCode !== 0) throw failed(run, howItEnded(end));
}

/** Both directions at once. What fails here ends the command, and so the other direction. */
function pumped(run: CommandRun, command: Command) {
  const orKill = (error: unknown): never => {
    command.kill();
    throw error;
  };
  const write: Write = async (bytes) => {
    for (let from = 0; from < bytes.length; from += writeSize) {
      if (!(await command.write(bytes.subarray(from, from + writeSize)))) {
        const { exitCode } = await command.ended;
        // Of one that has failed nobody needs the rest of the input; all others have read enough.
        if (exitCode !== 0) throw new Failed();
        return;
      }
      run.onAlive();
    }
  };
  const feeding = run.feed(write).then(
    () => command.endInput(),
    (error: unknown) => {
      if (!(error instanceof Failed)) orKill(error);
    },
  );
  return { feeding, taking: taken(run, command.output).catch(orKill) };
}

async function taken(run: CommandRun, output: Command['output']): Promise<void> {
  for await (const chunk of output) {
    run.onAlive();
    run.take(chunk);
  }
}

/** Ends the writing of an input that nobody reads any more, since the command has failed. */
class Failed extends Error {
  override readonly name = 'Failed';
}

function howItEnded({ exitCode, signal, errors }: CommandEnd): string {
  const how =
    signal === null ? `ended with exit code ${String(exitCode)}` : `was ended by ${signal}`;
  return errors === ''
    ? `${how}, and wrote nothing to its standard error`
    : `${how}; the last it wrote to its standard error:\n${errors}`;
}

function failed({ role, command, place }: CommandRun, how: string): ProgramError {
  return new ProgramError(`the ${role} ${commandText(command)}, for ${place}, ${how}`);
}

/** A command as one would type it, its beginning at least. */
export function commandText(command: readonly string[]): string {
  const text = command
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
