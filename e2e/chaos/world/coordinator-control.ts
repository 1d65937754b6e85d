import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CoordinatorConfig } from '@mapreduce/protocol';
import { executable } from '../../local/support/command.ts';
import { failpointEntry, type Armed } from '../failpoints/armed.ts';
import type { Host } from './network.ts';
import { Role } from './role.ts';

export interface CoordinatorStart {
  /** Where it dies by itself. */
  readonly failpoint?: Armed;
  readonly env?: Readonly<Record<string, string>>;
  readonly host?: Host;
}

/** The coordinator of a run through all its lives. */
export class CoordinatorControl {
  readonly host: Host;
  readonly config: CoordinatorConfig;
  readonly #directory: string;
  #role: Role | undefined;

  constructor(host: Host, config: CoordinatorConfig, directory: string) {
    this.host = host;
    this.config = config;
    this.#directory = directory;
  }

  get url(): string {
    return `http://${this.config.listen.host}:${this.config.listen.port}`;
  }

  get role(): Role {
    if (this.#role === undefined) throw new Error('no coordinator was started');
    return this.#role;
  }

  get isRunning(): boolean {
    return this.#role !== undefined && this.#role.end === undefined;
  }

  /** Starts a life, under the same address and on the same state; the last one's process stays as it is. */
  start({ failpoint, env, host = this.host }: CoordinatorStart = {}): Role {
    const file = join(this.#directory, `coordinator-of-host-${this.host.number}.json`);
    writeFileSync(file, JSON.stringify(this.config));
    this.#role = new Role({
      command: [
        ...[...host.prefix, process.execPath],
        ...(failpoint === undefined
          ? [executable, 'coordinator', '--config', file]
          : [failpointEntry('coordinator'), file]),
      ],
      env: { ...env, ...failpoint?.env },
      logFile: join(this.#directory, 'coordinator.log'),
    });
    return this.#role;
  }

  /** Takes the journal away, as the loss of its disk would. The process must have ended. */
  loseJournal(): void {
    rmSync(this.config.stateDirectory, { recursive: true });
  }
}
