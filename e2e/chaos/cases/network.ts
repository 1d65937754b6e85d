import { cutLink, cutPair, loosePackets } from '../faults/links.ts';
import { expect } from '../world/expect.ts';
import { pause, World } from '../world/world.ts';
import type { Case } from './case.ts';

const needs = ['namespaces'] as const;

/** Links that are cut, healed and lossy. */
export const networkCases: readonly Case[] = [
  {
    name: 'link-of-a-worker-cut-for-13-s',
    needs,
    faults: 1,
    run: async (setting) => {
      // Nobody else does in the meantime what it was at.
      const settings = { backupTasks: false };
      const world = await World.start(setting, { settings, shape: { mapMs: 200 } });
      await world.busy(world.worker(0));
      const heal = cutLink(world, world.worker(0).place.host);
      await pause(13_000);
      heal();
      const { attempts } = await world.finish();
      expect('attempts lost with the worker', attempts.lost).atLeast(1);
    },
  },
  {
    name: 'link-of-a-worker-cut-for-3-s-loses-nothing',
    needs,
    faults: 1,
    run: async (setting) => {
      const world = await World.start(setting, { sink: 'volume', shape: { mapMs: 60 } });
      await world.mapsDone(3);
      const heal = cutLink(world, world.worker(0).place.host);
      await pause(3_000);
      heal();
      const { attempts } = await world.finish();
      expect('attempts lost', attempts.lost).atMost(0);
    },
  },
  {
    name: 'link-of-the-coordinator-cut-for-5-s',
    needs,
    faults: 1,
    run: async (setting) => {
      const world = await World.start(setting, { shape: { mapMs: 40 } });
      await world.mapsDone(3);
      const heal = cutLink(world, world.coordinator.host);
      await pause(5_000);
      heal();
      await world.finish();
    },
  },
  {
    name: 'two-workers-cannot-reach-each-other',
    needs,
    faults: 1,
    run: async (setting) => {
      // Long enough for all of them to take part.
      const shape = { maps: 24, mapMs: 60, reducers: 6, reduceMs: 100 };
      const world = await World.start(setting, { isIdle: true, shape });
      const drops = cutPair(world, world.worker(0).place.host, world.worker(1).place.host);
      world.startAll();
      await world.finish();
      expect('packets dropped', drops.count()).atLeast(1);
    },
  },
  {
    name: 'two-workers-cannot-reach-each-other-without-backup-tasks',
    needs,
    faults: 1,
    run: async (setting) => {
      const shape = { maps: 24, mapMs: 60, reducers: 6, reduceMs: 100 };
      const settings = { backupTasks: false };
      const world = await World.start(setting, { isIdle: true, shape, settings });
      const drops = cutPair(world, world.worker(0).place.host, world.worker(1).place.host);
      world.startAll();
      const { attempts } = await world.finish();
      expect('packets dropped', drops.count()).atLeast(1);
      // Each map once more, and a reduce or two: outputs that only change sides cost far more.
      expect('attempts', attempts.started).atMost(31 + 24 + 2);
    },
  },
  {
    name: 'link-of-a-worker-loses-30-percent',
    needs,
    faults: 1,
    run: async (setting) => {
      const world = await World.start(setting, { isIdle: true });
      const drops = loosePackets(world, world.worker(0).place.host, 30);
      world.startAll();
      await world.finish();
      // How many packets it has to lose is chance: its registration itself may come late.
      expect('packets dropped', drops.count()).atLeast(1);
    },
  },
  {
    name: 'every-link-loses-10-percent',
    needs,
    faults: 4,
    run: async (setting) => {
      const world = await World.start(setting, { isIdle: true, sink: 'volume' });
      const hosts = [world.coordinator, ...world.workers.map(({ place }) => place)];
      const drops = hosts.map(({ host }) => loosePackets(world, host, 10));
      world.startAll();
      await world.finish();
      for (const { count } of drops) expect('packets dropped', count()).atLeast(1);
    },
  },
];
