import { killCoordinator, killWorker, loseJournal, stopProcess } from '../faults/processes.ts';
import { expect } from '../world/expect.ts';
import { pause, World } from '../world/world.ts';
import type { Case } from './case.ts';

/** Coordinators that die, freeze, and lose what they knew. */
export const coordinatorCases: readonly Case[] = [
  {
    name: 'coordinator-frozen-for-12-s-takes-nobody-for-dead',
    faults: 1,
    run: async (setting) => {
      const world = await World.start(setting, { shape: { mapMs: 60 } });
      await world.mapsDone(3);
      const heal = stopProcess(world, 'the coordinator', world.coordinator.role);
      await pause(12_000);
      heal();
      const { attempts } = await world.finish();
      expect('attempts lost', attempts.lost).atMost(0);
    },
  },
  {
    name: 'coordinator-killed-in-map',
    faults: 1,
    run: async (setting) => {
      const world = await World.start(setting, { shape: { mapMs: 60 } });
      await world.mapsDone(5);
      await killCoordinator(world);
      world.coordinator.start();
      await world.finish();
    },
  },
  {
    name: 'coordinator-killed-in-reduce',
    faults: 1,
    run: async (setting) => {
      const world = await World.start(setting, { shape: { reduceMs: 100 } });
      await world.reducing();
      await killCoordinator(world);
      world.coordinator.start();
      await world.finish();
    },
  },
  {
    name: 'coordinator-of-a-volume-killed-in-reduce',
    faults: 1,
    run: async (setting) => {
      const world = await World.start(setting, { sink: 'volume', shape: { reduceMs: 100 } });
      await world.when('a part is there', ({ reduces }) => reduces.completed >= 1);
      await killCoordinator(world);
      world.coordinator.start();
      await world.finish();
    },
  },
  {
    name: 'coordinator-killed-again-and-again',
    faults: 6,
    run: async (setting) => {
      const world = await World.start(setting, { shape: { maps: 20, mapMs: 40 } });
      await world.mapsDone(2);
      for (let life = 0; life < 6; life++) {
        await killCoordinator(world);
        world.coordinator.start();
        await pause(300 + 250 * life);
      }
      await world.finish();
    },
  },
  {
    name: 'coordinator-and-a-worker-killed-together',
    faults: 2,
    run: async (setting) => {
      const world = await World.start(setting, { shape: { mapMs: 40 } });
      await world.mapsDone(5);
      await Promise.all([killCoordinator(world), killWorker(world, world.worker(0))]);
      world.coordinator.start();
      world.worker(0).start();
      await world.finish();
    },
  },
  {
    name: 'everybody-killed-and-restarted-with-their-disks',
    faults: 4,
    run: async (setting) => {
      const world = await World.start(setting);
      await world.reducing();
      await killCoordinator(world);
      for (const worker of world.workers) await killWorker(world, worker);
      world.startAll();
      await world.finish();
    },
  },
  {
    name: 'journal-lost-in-map',
    faults: 2,
    run: async (setting) => {
      const world = await World.start(setting, { shape: { mapMs: 60 } });
      await world.mapsDone(5);
      await killCoordinator(world);
      loseJournal(world);
      world.coordinator.start();
      await world.finish();
    },
  },
  {
    name: 'journal-lost-in-reduce',
    faults: 2,
    run: async (setting) => {
      const world = await World.start(setting, { shape: { reduceMs: 100 } });
      await world.when('a part is there', ({ reduces }) => reduces.completed >= 1);
      await killCoordinator(world);
      loseJournal(world);
      world.coordinator.start();
      await world.finish();
    },
  },
];
