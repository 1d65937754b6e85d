import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { processesOf } from '../../local/support/processes.ts';

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RoleOptions {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where all that it prints goes. */
  readonly logFile: string;
}

const living = new Set<Role>();
// Without a process namespace nothing else would end them.
process.on('exit', () => {
  for (const role of living) role.signal('SIGKILL');
});

/** A real process of a run: coordinator, worker or proxy. It leads a process group of its own. */
export class Role {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #end: Ended | undefined;

  constructor({ command, env, logFile }: RoleOptions) {
    const log = openSync(logFile, 'a');
    const [program = '', ...args] = command;
    this.#child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, NODE_OPTIONS: '', ...env },
    });
    closeSync(log);
    if (this.#child.pid === undefined) throw new Error(`cannot start ${command.join(' ')}`);
    this.pid = this.#child.pid;
    living.add(this);
    this.ended = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        living.delete(this);
        this.#end = { code, signal };
        resolve(this.#end);
      });
    });
  }

  /** Undefined while it runs. */
  get end(): Ended | undefined {
    return this.#end;
  }

  /** To the process and all that it has started. */
  signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch {
      // The whole group has ended.
    }
  }

  /** To the process alone. */
  signalAlone(signal: NodeJS.Signals): void {
    if (this.#end === undefined) process.kill(this.pid, signal);
  }

  /** The executors of a worker. */
  executors(): number[] {
    return processesOf(this.pid, 'executor').map(({ pid }) => pid);
  }

  /** Ends it by SIGKILL, executors included. */
  async kill(): Promise<Ended> {
    this.signal('SIGKILL');
    return this.ended;
  }
}
