import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { computing } from '../runner/computing.ts';
import { delayOf, fault, figure3Cases, type Figure3Case } from './cases.ts';
import { runFigure3, type Figure3Result } from './run.ts';
import { scaled } from './scenario.ts';

// A run takes a second or two of processor time, more on a busy machine.
jest.setTimeout(180_000);

const small = scaled(40);
const run = ({ scenario }: Figure3Case) => runFigure3(scenario, computing);

describe('Figure 3 of the MapReduce paper, on 40 workers', () => {
  const cases = figure3Cases(small);
  const results: Figure3Result[] = [];
  let first: Figure3Result;

  beforeAll(async () => {
    for (const each of cases) results.push(await run(each));
    const [undisturbed] = results;
    if (undisturbed === undefined) throw new Error('no case');
    first = undisturbed;
  });

  test('workers that restart with their disks, and a straggler with backup tasks, cost at most 5 %', () => {
    const barred = cases.filter(({ bar }) => bar !== undefined);
    expect(barred).toHaveLength(2);
    const faults = cases.flatMap((each, index) => {
      const result = results[index];
      return result === undefined ? [] : (fault(each, result, first) ?? []);
    });
    expect(faults).toEqual([]);
  });

  test('no map runs again that a restarted worker still has', () => {
    const { started = 0, backup = 0, lost = 0 } = results[1]?.attempts ?? {};
    expect(lost).toBeGreaterThan(0);
    // Beside all tasks: describe, and what was running on the killed.
    expect(started).toBe(small.maps + small.reducers + 1 + lost + backup);
  });

  test('a worker sends hardly more than its heartbeat a second', () => {
    const { elapsedMs, messages } = first;
    expect(messages['heartbeat']).toBeLessThan(1.1 * small.workers * (elapsedMs / 1_000));
  });

  test('disks that are lost, and a straggler without backup tasks, cost more', () => {
    const delays = results.map((result) => delayOf(result, first));
    expect(delays[2]).toBeGreaterThan(0.05);
    expect(delays[4]).toBeGreaterThan(0.3);
  });
});

test('a run is the same each time', async () => {
  const [, killed] = figure3Cases(scaled(10));
  if (killed === undefined) throw new Error('no such case');
  expect(await run(killed)).toEqual(await run(killed));
});
