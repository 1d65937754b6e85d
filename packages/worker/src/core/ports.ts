import type { Clock, Codec, Digest, Disk, Log, Random, Spawn, Transport } from '@mapreduce/service';
import type { DataPlane } from './data-plane.ts';

/** In a worker's scratch directory: where the commands that its executors run are noted. */
export const commandsFolder = 'commands';

/** All that a supervisor needs of the world. */
export interface WorkerPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: Transport;
  readonly disk: Disk;
  readonly spawn: Spawn;
  readonly codec: Codec;
  readonly digest: Digest;
  readonly log: Log;
  /** Default: real bytes. */
  readonly dataPlane?: DataPlane;
}

export interface WorkerOptions {
  /** The coordinator's base URL. */
  readonly coordinator: string;
  /** Where this worker serves segments. */
  readonly address: string;
  /** Its scratch directory: empty, its own, removed at the end. */
  readonly directory: string;
  /** Tasks it runs at once. */
  readonly slots: number;
  /** A coordinator that cannot be reached for so long is given up. Default: 60 s; `Infinity`: never. */
  readonly coordinatorLostMs?: number;
  /** Called at each registration: it is up and can be leased tasks. */
  readonly onRegistered?: () => void;
  /** Answers what is under way, with `Connection: close`, and takes nothing new. */
  readonly stopServing?: () => Promise<void>;
  /** The worker token, for executors that read inputs of the coordinator. */
  readonly token: string;
}
