import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { executable } from '../../local/support/command.ts';
import { failpointEntry, type Armed } from '../failpoints/armed.ts';
import type { Host } from './network.ts';
import { Role } from './role.ts';

export interface WorkerPlace {
  readonly host: Host;
  /** Its own; kept from one life to the next. */
  readonly directory: string;
  readonly tokenFile: string;
  readonly logFile: string;
  readonly slots: number;
  readonly port: number;
  /** The program's waits. */
  readonly env: Readonly<Record<string, string>>;
}

export interface WorkerStart {
  readonly failpoint?: Armed;
  readonly env?: Readonly<Record<string, string>>;
}

/** One worker of a run through all its lives. */
export class WorkerControl {
  readonly place: WorkerPlace;
  /** What it calls: the coordinator, or a proxy in front of it. */
  coordinator: string;
  #role: Role | undefined;

  constructor(place: WorkerPlace, coordinator: string) {
    this.place = place;
    this.coordinator = coordinator;
  }

  get name(): string {
    return `worker ${this.place.host.number}`;
  }

  get role(): Role {
    if (this.#role === undefined) throw new Error(`${this.name} was never started`);
    return this.#role;
  }

  get isRunning(): boolean {
    return this.#role !== undefined && this.#role.end === undefined;
  }

  start({ failpoint, env }: WorkerStart = {}): Role {
    const { host, directory, tokenFile, slots, port } = this.place;
    mkdirSync(directory, { recursive: true });
    this.#role = new Role({
      command: [
        ...[...host.prefix, process.execPath],
        ...(failpoint === undefined ? [executable, 'worker'] : [failpointEntry('worker')]),
        ...['--coordinator', this.coordinator, '--token-file', tokenFile],
        ...['--directory', directory, '--slots', `${slots}`],
        ...['--host', host.address, '--port', `${port}`],
      ],
      env: { ...this.place.env, ...env, ...failpoint?.env },
      logFile: this.place.logFile,
    });
    return this.#role;
  }

  /** Empties its disk. The process must have ended. */
  loseDisk(): void {
    const { directory } = this.place;
    for (const name of readdirSync(directory)) {
      rmSync(join(directory, name), { recursive: true, force: true });
    }
  }
}
