import type { ChildProcessByStdio } from 'node:child_process';
import { accessSync, constants, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import {
  CommandStartError,
  type Command,
  type CommandEnd,
  type CommandOptions,
  type Commands,
} from '../ports/commands.ts';
import { ErrorLines } from './error-lines.ts';
import { killGroup } from './command-groups.ts';

/** How long after a command's end its standard error is waited for: others may hold it open. */
const lastWordsMs = 500;

export interface NodeCommandsOptions {
  /** Where each command that runs is noted (`command-groups.ts`). */
  readonly directory: string;
  /** Where what commands say goes. */
  readonly print: (text: string) => void;
}

/**
 * Runs commands as child processes, each the leader of a process group of its own, so that what it
 * starts can be ended with it. They end with this process, unless that is killed: then whoever killed
 * it ends those that are noted in the directory.
 */
export class NodeCommands implements Commands {
  readonly #options: NodeCommandsOptions;
  readonly #running = new Set<NodeCommand>();

  constructor(options: NodeCommandsOptions) {
    this.#options = options;
    process.on('exit', () => {
      for (const command of this.#running) command.kill();
    });
  }

  async start(command: readonly string[], options: CommandOptions): Promise<Command> {
    const [program = '', ...args] = command;
    const { directory, print } = this.#options;
    mkdirSync(directory, { recursive: true });
    const child = await spawned(program, args, options.environment);
    const { pid } = child;
    if (pid === undefined) throw await startError(child, program);
    const note = join(directory, `${process.pid}-${pid}`);
    try {
      writeFileSync(note, '');
    } catch (error) {
      killGroup(pid);
      throw error;
    }
    const errors = new ErrorLines(options.onErrorLine, print);
    const running = new NodeCommand(child, pid, errors);
    this.#running.add(running);
    void running.ended.then(() => {
      this.#running.delete(running);
      rmSync(note, { force: true });
    });
    return running;
  }

  find(program: string): string | undefined {
    if (program.includes('/')) return isExecutable(program) ? program : undefined;
    const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
    return folders.map((folder) => join(folder, program)).find(isExecutable);
  }
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

async function spawned(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Child> {
  // It has Node load its network, which most executors do without.
  const { spawn } = await import('node:child_process');
  try {
    return spawn(program, args, {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
  } catch (error) {
    throw new CommandStartError(codeOf(error), `${program}: ${String(error)}`);
  }
}

function startError(child: Child, program: string): Promise<CommandStartError> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      const code = codeOf(error);
      const reason = code === 'ENOENT' ? 'there is no such program' : error.message;
      resolve(new CommandStartError(code, `${program}: ${reason}`));
    });
  });
}

function codeOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code ?? 'EIO';
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

class NodeCommand implements Command {
  readonly ended: Promise<CommandEnd>;
  readonly #child: Child;
  readonly #pid: number;
  #takes = true;

  constructor(child: Child, pid: number, errors: ErrorLines) {
    this.#child = child;
    this.#pid = pid;
    // It need not read all that it is sent.
    child.stdin.on('error', () => (this.#takes = false));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    // Node drops what an ended child has written, unless somebody has begun to read it.
    child.stdout.on('readable', () => undefined);
    this.ended = new Promise((resolve) => {
      child.once('exit', (exitCode, signal) => {
        this.#takes = false;
        killGroup(pid);
        child.stdin.destroy();
        const told = () => {
          clearTimeout(timer);
          errors.end();
          resolve({ exitCode, signal, errors: errors.tail });
        };
        const timer = setTimeout(() => child.stderr.destroy(), lastWordsMs);
        if (child.stderr.closed) told();
        else child.stderr.once('close', told);
      });
    });
  }

  get output(): AsyncIterable<Uint8Array> {
    return this.#child.stdout as AsyncIterable<Buffer>;
  }

  write(bytes: Uint8Array): Promise<boolean> {
    if (!this.#takes) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#child.stdin.write(bytes, (error) => {
        if (error) this.#takes = false;
        resolve(this.#takes);
      });
    });
  }

  endInput(): void {
    this.#child.stdin.end();
  }

  kill(): void {
    killGroup(this.#pid);
  }
}
