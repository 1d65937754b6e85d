import { WallClock } from '../faults/clock.ts';
import { expect } from '../world/expect.ts';
import { pause, World } from '../world/world.ts';
import type { Case } from './case.ts';

const needs = ['faketime'] as const;
const hour = 3_600;

/** Wall clocks that jump; nobody may notice. */
export const clockCases: readonly Case[] = [
  {
    name: 'clock-of-the-coordinator-jumps-to-and-fro',
    needs,
    faults: 2,
    run: async (setting) => {
      const world = await World.start(setting, { isIdle: true, shape: { mapMs: 80 } });
      const clock = new WallClock(world, 'coordinator');
      world.coordinator.start({ env: clock.env });
      for (const worker of world.workers) worker.start();
      await world.mapsDone(1);
      clock.jump(5 * hour);
      await pause(1_500);
      clock.jump(-5 * hour);
      const { attempts } = await world.finish();
      expect('attempts lost', attempts.lost).atMost(0);
    },
  },
  {
    name: 'clock-of-a-worker-jumps-to-and-fro',
    needs,
    faults: 2,
    run: async (setting) => {
      const world = await World.start(setting, { isIdle: true, shape: { mapMs: 80 } });
      const [first, ...others] = world.workers;
      const clock = new WallClock(world, 'worker');
      world.coordinator.start();
      first?.start({ env: clock.env });
      for (const worker of others) worker.start();
      await world.mapsDone(1);
      clock.jump(-5 * hour);
      await pause(1_500);
      clock.jump(5 * hour);
      const { attempts } = await world.finish();
      expect('attempts lost', attempts.lost + attempts.failed).atMost(0);
    },
  },
];
