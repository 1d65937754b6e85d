import type { Clock, Codec, Digest } from '@mapreduce/service';
import { MemoryDisk, SeededRandom, VirtualClock } from '@mapreduce/service/virtual';
import { EventLog } from './event-log.ts';
import type { SimulatedProcess } from './process.ts';

/** Computations that differ between Node.js and a browser; all else of the world is in memory. */
export interface Computing {
  readonly codec: Codec;
  readonly digest: Digest;
}

/** Time, chance, one file system for all hosts, and the record of what happened. */
export class World {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly disk: MemoryDisk;
  readonly log: EventLog;
  readonly computing: Computing;

  constructor(seed: number, computing: Computing) {
    this.computing = computing;
    this.random = new SeededRandom(seed);
    this.clock = new VirtualClock();
    this.disk = new MemoryDisk({ wall: () => this.clock.wall() });
    this.log = new EventLog(computing.digest, () => this.clock.now());
  }

  /** Time as a process sees it: its timers die, and wait, with it. */
  clockOf(process: SimulatedProcess): Clock {
    return {
      now: () => this.clock.now(),
      wall: () => this.clock.wall(),
      after: (ms, task) => this.clock.after(ms, () => process.enter(task)),
    };
  }

  /** Tells a process after `ms`. */
  tell(process: SimulatedProcess, ms: number, task: () => void): void {
    this.clock.after(ms, () => process.enter(task));
  }
}
