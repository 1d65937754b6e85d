import { describe, expect, test } from '@jest/globals';
import { plannedJob } from './testing/harness.ts';
import { taskCounts, taskStates, workersTotal, workerViews } from './views.ts';

describe('what a status shows', () => {
  test('counts and letters follow the tasks', () => {
    const job = plannedJob({ maps: 3 });
    job.complete(job.take('a'));
    job.take('b');
    expect(taskStates(job.state, 'map')).toBe('cpi');
    const counts = { total: 3, idle: 1, inProgress: 1, completed: 1 };
    expect(taskCounts(job.state, 'map')).toEqual(counts);
  });

  test('letters are left out for more than 200 tasks', () => {
    const job = plannedJob({ maps: 201 });
    expect(taskStates(job.state, 'map')).toBeUndefined();
  });

  test('live workers come first, and each incarnation once', () => {
    const job = plannedJob({ workers: ['a', 'b', 'c'], maps: 1 });
    job.take('b');
    job.send({ kind: 'workerLeft', worker: 'a' });
    job.send({ kind: 'workerLeft', worker: 'c' });
    job.join('c');
    expect(
      workerViews(job.state).map(({ incarnation, state, busy }) => [incarnation, state, busy]),
    ).toEqual([
      ['b', 'alive', 1],
      ['c', 'alive', 0],
      ['a', 'left', 0],
    ]);
    expect(workersTotal(job.state)).toBe(3);
  });
});
