import { SeededRandom } from '@mapreduce/service/virtual';
import { failpoints } from '../failpoints/table.ts';
import { usualShape } from '../world/job.ts';
import type { WorldOptions } from '../world/world.ts';

/** Something that happens to a run at a stated time. */
export interface PlannedFault {
  readonly kind:
    | 'kill worker'
    | 'kill supervisor'
    | 'kill executor'
    | 'drain worker'
    | 'stop worker'
    | 'stop coordinator'
    | 'cut worker'
    | 'cut coordinator'
    | 'cut pair'
    | 'lossy link'
    | 'slow link'
    | 'full disk'
    | 'clock jump'
    | 'kill coordinator'
    | 'lose journal'
    | 'failpoint'
    | 'second coordinator';
  /** Milliseconds after the start. */
  readonly atMs: number;
  /** The worker it is about, by its place in the list. */
  readonly worker: number;
  /** How long it lasts, or until what died starts again. */
  readonly forMs: number;
  /** Whether the disk of what died is lost. */
  readonly losesDisk: boolean;
  /** Seconds or percent, as the kind demands. */
  readonly amount: number;
  /** The failpoint at which a coordinator dies. */
  readonly failpoint: string;
}

export interface Plan {
  readonly options: WorldOptions & { readonly workers: number };
  readonly faults: readonly PlannedFault[];
}

/** What may happen, how often at most, and for how long; beyond that a job may rightly fail. */
const kinds: readonly {
  readonly kind: PlannedFault['kind'];
  readonly most: number;
  readonly forMs: readonly [number, number];
  readonly needs?: 'links' | 'proxies';
}[] = [
  { kind: 'kill worker', most: 5, forMs: [0, 4_000] },
  { kind: 'kill supervisor', most: 2, forMs: [0, 4_000] },
  // A task may fail four times.
  { kind: 'kill executor', most: 2, forMs: [0, 0] },
  { kind: 'drain worker', most: 2, forMs: [0, 4_000] },
  { kind: 'full disk', most: 1, forMs: [500, 6_000], needs: 'links' },
  { kind: 'stop worker', most: 2, forMs: [200, 14_000] },
  { kind: 'stop coordinator', most: 1, forMs: [200, 13_000] },
  { kind: 'cut worker', most: 3, forMs: [200, 14_000], needs: 'links' },
  { kind: 'cut coordinator', most: 1, forMs: [200, 8_000], needs: 'links' },
  { kind: 'cut pair', most: 2, forMs: [500, 10_000], needs: 'links' },
  { kind: 'lossy link', most: 2, forMs: [1_000, 10_000], needs: 'links' },
  { kind: 'slow link', most: 2, forMs: [1_000, 10_000], needs: 'proxies' },
  { kind: 'clock jump', most: 2, forMs: [0, 0] },
  { kind: 'kill coordinator', most: 3, forMs: [0, 2_000] },
  { kind: 'lose journal', most: 1, forMs: [0, 2_000] },
  { kind: 'failpoint', most: 2, forMs: [0, 2_000] },
  { kind: 'second coordinator', most: 1, forMs: [500, 10_000] },
];

/** Without a journal nothing arbitrates between two coordinators. */
const arbitrated: readonly PlannedFault['kind'][] = ['lose journal', 'second coordinator'];

function excludes(one: PlannedFault['kind'], other: PlannedFault['kind']): boolean {
  return one !== other && arbitrated.includes(one) && arbitrated.includes(other);
}

/** What is there to be disturbed. */
export type Facilities = Readonly<Record<'links' | 'proxies', boolean>>;

/** A job and what happens to it; the same seed and facilities give the same plan. */
export function randomPlan(seed: number, has: Facilities): Plan {
  const random = new SeededRandom(seed);
  const workers = random.integer(3, 4);
  const options = {
    workers,
    slots: random.integer(1, 2),
    sink: random.pick(['file', 'volume'] as const),
    shape: {
      ...usualShape,
      maps: random.integer(8, 30),
      recordsPerMap: random.integer(5, 15),
      reducers: random.integer(1, 7),
      padding: random.pick([0, 100, 2_000]),
      mapMs: random.integer(20, 100),
      reduceMs: random.integer(20, 150),
    },
    settings: {
      format: random.pick(['binary', 'json'] as const),
      compression: random.pick(['zstd', 'none'] as const),
      backupTasks: random.chance(0.5),
      fsync: random.chance(0.7),
    },
  };
  const deaths = failpoints.filter(
    ({ role, sink = options.sink }) => role === 'coordinator' && sink === options.sink,
  );
  const left = new Map(kinds.map(({ kind, most }) => [kind, most]));
  const faults: PlannedFault[] = [];
  const wanted = random.integer(3, 10);
  while (faults.length < wanted) {
    const { kind, forMs, needs } = random.pick(kinds);
    const count = left.get(kind) ?? 0;
    if (
      count === 0 ||
      faults.some((drawn) => excludes(drawn.kind, kind)) ||
      (needs !== undefined && !has[needs])
    )
      continue;
    left.set(kind, count - 1);
    faults.push({
      kind,
      atMs: random.integer(500, 10_000),
      worker: random.integer(0, workers - 1),
      forMs: random.integer(...forMs),
      losesDisk: random.chance(0.4),
      amount: random.integer(5, 40),
      failpoint: random.pick(deaths).name,
    });
  }
  return { options, faults: faults.sort((a, b) => a.atMs - b.atMs) };
}
