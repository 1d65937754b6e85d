import { DiskError } from '@mapreduce/service';
import type { DiskOperation } from '@mapreduce/service/virtual';
import type { Cluster } from '../cluster.ts';
import { simulate } from '../simulate.ts';
import { isBelow } from '../world/disk-conditions.ts';
import type { Computing } from '../world/world.ts';
import type { Exhausted } from './exhausted.ts';
import { smallJob } from './small-job.ts';

/**
 * How a coordinator ends at one of its writes: its process is killed just before or just after it,
 * or its host loses its power in the middle of it.
 */
const ways = ['before', 'after', 'torn'] as const;
type Way = (typeof ways)[number];

/** The n-th write of a life, from 1. */
interface CrashPoint {
  readonly write: number;
  readonly way: Way;
}

const host = '/coordinator';
const writes = new Set<DiskOperation>(['create', 'append', 'fsync', 'fsyncDirectory', 'remove']);
/** Until the next life begins. */
const downMs = 20;

/** Every write to the journal × how the coordinator ends there × the same for the life after that. */
export async function crashAtEachWrite(computing: Computing): Promise<Exhausted> {
  const problems: string[] = [];
  let runs = 0;
  const run = async (...points: CrashPoint[]) => {
    const crashes = new Crashes(points);
    const result = await simulate(1, computing, smallJob({ workers: 2 }), (cluster) =>
      crashes.arrange(cluster),
    );
    runs += 1;
    for (const problem of result.problems) problems.push(`${JSON.stringify(points)}: ${problem}`);
    return crashes.struck === points.length;
  };
  await run();
  for (const first of pointsWhile(async (point) => run(point))) {
    if (!(await first.strikes())) continue;
    for (const second of pointsWhile(async (point) => run(first.point, point))) {
      await second.strikes();
    }
  }
  return { runs, problems };
}

interface Candidate {
  readonly point: CrashPoint;
  /** Whether a life has so many writes. */
  readonly strikes: () => Promise<boolean>;
}

/** Write by write, every way, until a life ends before it has so many. */
function* pointsWhile(strike: (point: CrashPoint) => Promise<boolean>): Generator<Candidate> {
  for (let write = 1; ; write += 1) {
    const reached: boolean[] = [];
    for (const way of ways) {
      const point = { write, way };
      const strikes = async () => {
        const did = await strike(point);
        reached.push(did);
        return did;
      };
      yield { point, strikes };
    }
    if (!reached.includes(true)) return;
  }
}

/** Ends one life after the other at its point. */
class Crashes {
  readonly #points: readonly CrashPoint[];
  struck = 0;
  #written = 0;

  constructor(points: readonly CrashPoint[]) {
    this.#points = points;
  }

  arrange(cluster: Cluster): void {
    cluster.world.diskConditions.add({
      before: (operation, path) => {
        if (!writes.has(operation) || !isBelow(path, host)) return;
        this.#written += 1;
        if (!this.#isAt('before')) return;
        this.#strike(cluster, false);
        throw new DiskError('EIO', path, 'the process is dead');
      },
      after: (operation, path) => {
        if (!writes.has(operation) || !isBelow(path, host)) return;
        if (this.#isAt('after')) this.#strike(cluster, false);
        else if (this.#isAt('torn')) this.#strike(cluster, true);
      },
    });
  }

  #isAt(way: Way): boolean {
    const point = this.#points[this.struck];
    return point?.way === way && point.write === this.#written;
  }

  #strike(cluster: Cluster, losesPower: boolean): void {
    this.struck += 1;
    this.#written = 0;
    cluster.coordinator.crash({ downMs, keepsState: true });
    if (losesPower) cluster.losePower(host, true);
  }
}
