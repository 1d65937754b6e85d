import { expect, test } from '@jest/globals';
import { computing } from '../runner/computing.ts';
import type { Cluster } from './cluster.ts';
import { drawScenario } from './scenario.ts';
import { simulate } from './simulate.ts';

const seeds = 15;

test('a worker that leaves while others have room makes no finished task run again', async () => {
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
        faults: [{ kind: 'workerDrain', at: 3 * slow, worker: 0, downMs: 60_000 }],
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
}, 30_000);
