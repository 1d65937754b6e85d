import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { killCommands } from '@mapreduce/service/node';

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The same, for people. */
export function endedBy({ code, signal }: Ended): string {
  return signal ?? `exit code ${String(code)}`;
}

export interface RoleOptions {
  /** The file that Node runs: this command itself. */
  readonly entry: string;
  /** The subcommand and its flags. */
  readonly args: readonly string[];
  /** Where its standard error goes. */
  readonly logFile: string;
  /** Where it notes the commands that its executors run, if it is a worker. */
  readonly commands?: string;
}

/**
 * A coordinator or worker of this run. It leads a process group of its own, so that the terminal's
 * Ctrl-C reaches this command alone and its executors end with it. Its standard input stays open as
 * long as this process lives: at its end it knows that it is orphaned, even by SIGKILL.
 */
export class RoleProcess {
  readonly #child: ChildProcess;
  readonly #commands: string | undefined;
  readonly ended: Promise<Ended>;
  /** The first line it prints, parsed; rejects if it ends without one. */
  readonly ready: Promise<unknown>;

  constructor({ entry, args, logFile, commands }: RoleOptions) {
    this.#commands = commands;
    const log = openSync(logFile, 'a', 0o600);
    const cache = getCompileCacheDir();
    this.#child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', entry, ...args],
      {
        detached: true,
        stdio: ['pipe', 'pipe', log],
        env: { ...process.env, ...(cache !== undefined && { NODE_COMPILE_CACHE: cache }) },
      },
    );
    closeSync(log);
    this.ended = new Promise((resolve) => {
      this.#child.once('error', () => resolve({ code: null, signal: null }));
      this.#child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    this.ready = this.#firstLine();
    // Whoever awaits it hears of it; nobody has to.
    this.ready.catch(() => undefined);
    // A process that has ended does not read: its end is reported by `ended`.
    this.#child.stdin?.on('error', () => undefined);
  }

  /** Writes one JSON line to its standard input. */
  send(message: unknown): void {
    this.#child.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  /** Sends SIGKILL to it and to every process that it has started. */
  kill(): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // The whole group has ended.
    }
    // Each leads a group of its own.
    if (this.#commands !== undefined) killCommands(this.#commands);
  }

  #firstLine(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let text: string | undefined = '';
      this.#child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
        // Later lines are read too, and dropped: a full pipe would stop the process.
        if (text === undefined) return;
        text += chunk;
        const end = text.indexOf('\n');
        if (end === -1) return;
        resolve(JSON.parse(text.slice(0, end)));
        text = undefined;
      });
      void this.ended.then((ended) => {
        reject(new Error(`ended (${endedBy(ended)}) before it was ready`));
      });
    });
  }
}
