import { expect, test } from '@jest/globals';
import { computing } from '../runner/computing.ts';
import type { Cluster } from './cluster.ts';
import type { Fault } from './faults/fault.ts';
import { drawScenario } from './scenario.ts';
import { simulate } from './simulate.ts';

const seeds = 8;

/** What lets one worker go; nobody else is disturbed. */
const ways: Readonly<Record<string, (at: number, workers: number) => Fault[]>> = {
  'that gets SIGTERM': (at) => [{ kind: 'workerDrain', at, worker: 0, downMs: 60_000 }],
  'that gets SIGTERM before its coordinator restarts': (at) => [
    { kind: 'workerDrain', at, worker: 0, downMs: 60_000 },
    { kind: 'coordinatorCrash', at: at + 5, downMs: 0, keepsState: true },
  ],
  'that is one too many': (at, workers) => [
    { kind: 'scaleDown', at, workers: workers - 1, graceMs: 60_000, ms: 60_000 },
  ],
  'whose machine is to go': (at) => [
    { kind: 'machineDrain', at, worker: 0, graceMs: 60_000, downMs: 60_000 },
  ],
};

test.each(Object.keys(ways))(
  'a worker %s makes no finished task run again',
  async (way) => {
    const totals = { moved: 0, left: 0 };
    for (let seed = 0; seed < seeds; seed += 1) {
      const drawn = drawScenario(seed);
      const slow = 400 + 100 * (seed % 8);
      let cluster: Cluster | undefined;
      const { fired, mostLeases, problems } = await simulate(
        seed,
        computing,
        {
          settings: { ...drawn.settings, backupTasks: false },
          weather: { ...drawn.weather, loss: 0 },
          busyMs: () => slow,
          faults: ways[way]?.(3 * slow, drawn.workers) ?? [],
        },
        (made) => (cluster = made),
      );
      const attempts = cluster?.coordinator.endState?.totals;
      expect({ seed, problems, mostLeases }).toEqual({ seed, problems: [], mostLeases: 1 });
      expect({ seed, ...attempts }).toMatchObject({ seed, lost: 0, failed: 0, rerunAhead: 0 });
      totals.moved += attempts?.moved ?? 0;
      totals.left += fired.length;
    }
    expect(totals.left).toBeGreaterThan(seeds / 2);
    expect(totals.moved).toBeGreaterThan(seeds / 2);
  },
  60_000,
);
