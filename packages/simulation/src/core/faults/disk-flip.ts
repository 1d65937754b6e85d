import type { FaultType } from './fault-type.ts';
import { hostName } from './hosts.ts';

/**
 * Bad media: a bit of the next map output that a worker makes durable is not what was written. That
 * is before anybody has verified it: what is verified is trusted from then on.
 */
export interface DiskFlip {
  readonly kind: 'diskFlip';
  readonly at: number;
  readonly worker: number;
  /** Which of the attempt's files. */
  readonly file: 'data' | 'index';
  /** Where in the file, from 0 to 1, and which bit. */
  readonly where: number;
  readonly bit: number;
}

/** A worker that makes no map output for so long is spared. */
const patienceMs = 5_000;

export const diskFlip: FaultType<DiskFlip> = {
  kind: 'diskFlip',
  draw: (random, { disturbed }) => ({
    worker: random.pick(disturbed),
    file: random.pick(['data', 'index'] as const),
    where: random.float(),
    bit: random.integer(0, 7),
  }),
  strike: ({ worker, file, where, bit }, { world }, fired) => {
    const root = `/${hostName(worker)}/`;
    const forget = world.diskConditions.add({
      after: (operation, path) => {
        if (operation !== 'fsync' || !path.startsWith(root) || !path.endsWith(`/${file}`)) return;
        const { size } = world.disk.sync.status(path);
        if (size === 0) return;
        forget();
        world.disk.corrupt(path, Math.floor(where * size), 1 << bit);
        fired();
      },
    });
    world.clock.after(patienceMs, forget);
  },
  lastsMs: () => patienceMs,
};
