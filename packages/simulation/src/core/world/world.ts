import type { Clock, Codec, Digest } from '@mapreduce/service';
import { MemoryDisk, SeededRandom, VirtualClock } from '@mapreduce/service/virtual';
import { DiskConditions } from './disk-conditions.ts';
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
  readonly diskConditions = new DiskConditions();
  readonly log: EventLog;
  readonly computing: Computing;
  /** By host: how wrong its wall clock is, in milliseconds. */
  readonly wallOffsets = new Map<string, number>();

  constructor(seed: number, computing: Computing) {
    this.computing = computing;
    this.random = new SeededRandom(seed);
    this.clock = new VirtualClock();
    const { before, after } = this.diskConditions;
    this.disk = new MemoryDisk({ wall: () => this.clock.wall(), before, after });
    this.log = new EventLog(computing.digest, () => this.clock.now());
  }

  /** Time as a process sees it: its timers die, and wait, with it. */
  clockOf(process: SimulatedProcess): Clock {
    return {
      now: () => this.clock.now(),
      wall: () => this.clock.wall() + (this.wallOffsets.get(process.host) ?? 0),
      after: (ms, task) => this.clock.after(ms, () => process.enter(task)),
    };
  }

  /** A directory that is there whatever happens: the mount of a volume. */
  mount(path: string): void {
    this.diskConditions.exempt(() => {
      this.disk.sync.makeDirectory(path);
      const parts = path.split('/');
      for (let depth = 1; depth <= parts.length; depth += 1) {
        this.disk.sync.fsyncDirectory(`/${parts.slice(1, depth).join('/')}`);
      }
    });
  }

  /** Tells a process after `ms`. */
  tell(process: SimulatedProcess, ms: number, task: () => void): void {
    this.clock.after(ms, () => process.enter(task));
  }

  /** Lets a stopped process go on: it hears, each in a turn of its own, what it has missed. */
  resume(process: SimulatedProcess): void {
    process.resume((task) => this.clock.after(0, task));
  }
}
