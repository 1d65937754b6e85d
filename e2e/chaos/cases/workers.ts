import { expect } from '../world/expect.ts';
import {
  drainWorker,
  killExecutor,
  killSupervisor,
  killWorker,
  loseDisk,
  stopProcess,
} from '../faults/processes.ts';
import { pause, World } from '../world/world.ts';
import type { Case } from './case.ts';

/** Workers that die, freeze and come back. */
export const workerCases: readonly Case[] = [
  {
    name: 'worker-killed-in-map-and-restarted-with-its-disk',
    faults: 1,
    run: async (setting) => {
      const world = await World.start(setting);
      await world.mapsDone(5);
      await killWorker(world, world.worker(0));
      world.worker(0).start();
      await world.finish();
    },
  },
  {
    name: 'worker-killed-in-map-and-its-disk-lost',
    faults: 2,
    run: async (setting) => {
      const world = await World.start(setting, { sink: 'volume' });
      await world.mapsDone(5);
      await killWorker(world, world.worker(0));
      loseDisk(world, world.worker(0));
      world.worker(0).start();
      await world.finish();
    },
  },
  {
    name: 'worker-killed-after-its-maps-and-never-back',
    faults: 1,
    run: async (setting) => {
      const world = await World.start(setting, { shape: { reduceMs: 100 } });
      await world.reducing();
      await killWorker(world, world.worker(1));
      await world.finish();
    },
  },
  {
    name: 'supervisor-killed-while-its-executors-run-on',
    faults: 1,
    run: async (setting) => {
      const world = await World.start(setting, { slots: 2, shape: { mapMs: 60 } });
      await world.mapsDone(3);
      await killSupervisor(world, world.worker(2));
      world.worker(2).start();
      await world.finish();
    },
  },
  {
    name: 'every-worker-killed-at-once-and-every-disk-lost',
    faults: 6,
    run: async (setting) => {
      const world = await World.start(setting);
      await world.reducing();
      await Promise.all(world.workers.map((worker) => killWorker(world, worker)));
      for (const worker of world.workers) {
        loseDisk(world, worker);
        worker.start();
      }
      await world.finish();
    },
  },
  {
    name: 'workers-killed-one-after-the-other',
    faults: 6,
    run: async (setting) => {
      const world = await World.start(setting, { sink: 'volume', shape: { maps: 20 } });
      await world.mapsDone(2);
      for (let round = 0; round < 2; round++) {
        for (const worker of world.workers) {
          await pause(400);
          await killWorker(world, worker);
          worker.start();
        }
      }
      await world.finish();
    },
  },
  {
    name: 'worker-told-to-leave-hands-over-what-it-holds',
    faults: 1,
    run: async (setting) => {
      const world = await World.start(setting, { shape: { mapMs: 60, reduceMs: 100 } });
      await world.mapsDone(5);
      const isGone = await drainWorker(world, world.worker(0), 30_000);
      expect('workers that have left', isGone ? 1 : 0).atLeast(1);
      const { attempts } = await world.finish();
      expect('outputs moved', attempts.moved).atLeast(1);
      expect('attempts lost', attempts.lost).atMost(0);
    },
  },
  {
    name: 'executors-killed',
    faults: 3,
    run: async (setting) => {
      const world = await World.start(setting, { shape: { mapMs: 50 } });
      for (const worker of world.workers) {
        await world.mapsDone(1);
        killExecutor(world, worker);
      }
      await world.finish();
    },
  },
  {
    name: 'worker-frozen-for-13-s-comes-back-as-a-phantom',
    faults: 1,
    run: async (setting) => {
      // Nobody else does in the meantime what it was at.
      const settings = { backupTasks: false };
      const world = await World.start(setting, { settings, shape: { mapMs: 200 } });
      await world.busy(world.worker(0));
      const heal = stopProcess(world, world.worker(0).name, world.worker(0).role);
      await pause(13_000);
      heal();
      const { attempts } = await world.finish();
      expect('attempts lost with the worker', attempts.lost).atLeast(1);
    },
  },
  {
    name: 'worker-frozen-for-4-s-loses-nothing',
    faults: 1,
    run: async (setting) => {
      const world = await World.start(setting, { shape: { mapMs: 60 } });
      await world.mapsDone(2);
      const heal = stopProcess(world, world.worker(0).name, world.worker(0).role);
      await pause(4_000);
      heal();
      const { attempts } = await world.finish();
      expect('attempts lost', attempts.lost).atMost(0);
    },
  },
];
