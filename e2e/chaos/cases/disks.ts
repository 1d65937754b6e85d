import { readFileSync } from 'node:fs';
import { fillDisk, smallDisk } from '../faults/full-disk.ts';
import { expect } from '../world/expect.ts';
import { within, World } from '../world/world.ts';
import type { Case } from './case.ts';

const needs = ['mounts'] as const;
const megabyte = 2 ** 20;
/** Of so many maps most are still to run when three are done: the job cannot end before its disk is full. */
const lasting = { maps: 60 };

/** Disks that are full. */
export const diskCases: readonly Case[] = [
  {
    name: 'disk-of-a-worker-is-full',
    needs,
    faults: 1,
    run: async (setting) => {
      const world = await World.start(setting, {
        isIdle: true,
        shape: { ...lasting, padding: 500 },
      });
      const { directory } = world.worker(0).place;
      smallDisk(directory, 4 * megabyte);
      world.startAll();
      await world.mapsDone(3);
      fillDisk(world, world.worker(0).name, directory);
      const { attempts } = await world.finish();
      expect('attempts failed', attempts.failed).atLeast(1);
    },
  },
  {
    name: 'worker-started-on-a-full-disk',
    needs,
    faults: 1,
    run: async (setting) => {
      const world = await World.start(setting, { isIdle: true });
      const worker = world.worker(0);
      const { directory, logFile } = worker.place;
      smallDisk(directory, 4 * megabyte);
      const heal = fillDisk(world, worker.name, directory);
      world.coordinator.start();
      const end = await within(10_000, `${worker.name} ends`, worker.start().ended);
      if (end.code !== 2) throw new Error(`the worker ended with ${JSON.stringify(end)}`);
      const log = readFileSync(logFile, 'utf8');
      if (!/cannot write .*ENOSPC/.test(log) || /\n {4}at /.test(log)) {
        throw new Error(`the worker does not say it plainly: ${log}`);
      }
      heal();
      for (const each of world.workers) each.start();
      await world.finish();
    },
  },
  {
    name: 'disk-of-the-journal-is-full',
    needs,
    faults: 1,
    run: async (setting) => {
      // More than fits into the page that its file has already.
      const world = await World.start(setting, { isIdle: true, shape: lasting });
      const { coordinator } = world;
      const { stateDirectory } = coordinator.config;
      smallDisk(stateDirectory, megabyte);
      world.startAll();
      await world.mapsDone(3);
      const heal = fillDisk(world, 'the coordinator', stateDirectory);
      // It cannot keep what it promises, so it must not go on.
      const end = await within(10_000, 'the coordinator ends', coordinator.role.ended);
      if (end.code === 0) throw new Error('the coordinator ended as if all were well');
      heal();
      coordinator.start();
      await world.finish();
    },
  },
  {
    name: 'volume-is-full',
    needs,
    faults: 1,
    run: async (setting) => {
      const world = await World.start(setting, {
        isIdle: true,
        sink: 'volume',
        shape: { ...lasting, padding: 2_000 },
      });
      world.makeOutput();
      smallDisk(world.output, megabyte);
      world.startAll();
      await world.mapsDone(3);
      const heal = fillDisk(world, 'the volume', world.output);
      const { error } = await world.fails();
      if (error?.code !== 'output') throw new Error(`it blames ${JSON.stringify(error)}`);
      heal();
    },
  },
];
