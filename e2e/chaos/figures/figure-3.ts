import { killWorker, loseDisk } from '../faults/processes.ts';
import { usualShape } from '../world/job.ts';
import type { World } from '../world/world.ts';
import type { Figure } from './figure.ts';
import { measure } from './measure.ts';

/**
 * Figure 3 of the paper (Dean and Ghemawat, OSDI 2004) at a 67th of its size: 26 workers for 1,746,
 * 3 killed for 200, and as many tasks a worker as there (M = 15,000, R = 4,000).
 */
const workers = 26;
const killed = 3;
const shape = {
  ...usualShape,
  maps: 224,
  recordsPerMap: 20,
  keys: 1_200,
  reducers: 60,
  mapMs: 250,
  reduceMs: 250,
};
const options = { workers, shape, settings: { backupTasks: true } };

/** Half of the maps and reduces, by the time they take. */
function halfTime(world: World) {
  return world.mapsDone(Math.round(0.65 * shape.maps), 300_000);
}

/** As in the paper: they start again at once, and have their disks. */
export const workersKilled: Figure = {
  name: 'workers-killed',
  title: `${killed} of ${workers} workers killed at half time, started again with their disks`,
  bar: { percent: 5 },
  measure: (setting, disturbed) =>
    measure(setting, {
      options,
      ...(disturbed && {
        disturb: async (world) => {
          await halfTime(world);
          for (const worker of world.workers.slice(0, killed)) {
            await killWorker(world, worker);
            worker.start();
          }
          return 0;
        },
      }),
    }),
};

export const disksLost: Figure = {
  name: 'disks-lost',
  title: `${killed} of ${workers} workers killed at half time, gone with their disks`,
  bar: undefined,
  measure: (setting, disturbed) =>
    measure(setting, {
      options,
      ...(disturbed && {
        disturb: async (world) => {
          await halfTime(world);
          for (const worker of world.workers.slice(0, killed)) {
            await killWorker(world, worker);
            loseDisk(world, worker);
          }
          return 0;
        },
      }),
    }),
};

export const straggler: Figure = {
  name: 'straggler',
  title: `one of ${workers} workers ten times slower, backup tasks on`,
  bar: { percent: 5 },
  measure: (setting, disturbed) => {
    const slow = {
      CHAOS_MAP_MS: `${10 * shape.mapMs}`,
      CHAOS_REDUCE_MS: `${10 * shape.reduceMs}`,
    };
    return measure(setting, {
      options,
      startOf: (worker) => (disturbed && worker === 0 ? { env: slow } : {}),
    });
  },
};
