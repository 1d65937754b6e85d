import { describe, expect, test } from '@jest/globals';
import { computing } from '../runner/computing.ts';
import { delayOf, fault, figure3Cases } from './cases.ts';
import { runFigure3 } from './run.ts';
import { scaled } from './scenario.ts';

/** A run takes seconds of processor time, more on a busy machine. */
const patienceMs = 180_000;

describe('Figure 3 of the MapReduce paper, on 40 workers', () => {
  const [undisturbed, killed, lost, straggler, noBackups] = figure3Cases(scaled(40));
  const run = (which: typeof undisturbed) => {
    if (which === undefined) throw new Error('no such case');
    return runFigure3(which.scenario, computing);
  };
  const first = run(undisturbed);

  test(
    'is the same each time',
    async () => {
      expect(await run(undisturbed)).toEqual(await first);
    },
    patienceMs,
  );

  test.each([
    ['workers that are killed and start again with their disks', killed],
    ['a straggler with backup tasks', straggler],
  ])(
    '%s cost at most 5 %%',
    async (_name, which) => {
      if (which === undefined) throw new Error('no such case');
      const result = await run(which);
      expect(fault(which, result, await first)).toBeUndefined();
    },
    patienceMs,
  );

  test(
    'no map runs again that a restarted worker still has',
    async () => {
      const { attempts } = await run(killed);
      const { started, backup, lost: givenUp } = attempts;
      const { maps, reducers } = scaled(40);
      expect(givenUp).toBeGreaterThan(0);
      // Beside all tasks: describe, and what was running on the killed.
      expect(started).toBe(maps + reducers + 1 + givenUp + backup);
    },
    patienceMs,
  );

  test(
    'a worker sends hardly more than its heartbeat a second',
    async () => {
      const { elapsedMs, messages } = await first;
      expect(messages['heartbeat']).toBeLessThan(1.1 * 40 * (elapsedMs / 1_000));
    },
    patienceMs,
  );

  test(
    'disks that are lost, and a straggler without backup tasks, cost more',
    async () => {
      const [gone, slow] = [await run(lost), await run(noBackups)];
      expect(delayOf(gone, await first)).toBeGreaterThan(0.05);
      expect(delayOf(slow, await first)).toBeGreaterThan(0.3);
    },
    patienceMs,
  );
});
