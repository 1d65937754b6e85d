import { killCoordinator } from '../faults/processes.ts';
import { usualShape } from '../world/job.ts';
import { pause } from '../world/world.ts';
import type { Figure } from './figure.ts';
import { measure } from './measure.ts';

const workers = 6;
const shape = {
  ...usualShape,
  maps: 60,
  recordsPerMap: 20,
  keys: 240,
  reducers: 12,
  mapMs: 100,
  reduceMs: 100,
};

/** The coordinator is started again at once; its workers go on meanwhile. */
export const coordinatorKilled: Figure = {
  name: 'coordinator-killed',
  title: 'coordinator killed at half time and started again; all redone work is counted',
  bar: { seconds: 2, redoneTasks: 0 },
  measure: (setting, disturbed) =>
    measure(setting, {
      options: { workers, shape, settings: { backupTasks: false } },
      ...(disturbed && {
        disturb: async (world) => {
          await world.mapsDone(Math.round(0.6 * shape.maps), 300_000);
          await killCoordinator(world);
          const start = performance.now();
          world.coordinator.start();
          while ((await world.status()) === undefined) await pause(20);
          return (performance.now() - start) / 1_000;
        },
      }),
    }),
};
