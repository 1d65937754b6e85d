import { describe, expect, test } from '@jest/globals';
import { Harness, kinds, plannedJob } from '../testing/harness.ts';
import { inconsistencies } from '../testing/recount.ts';
import {
  attemptTotals,
  awaitsPredecessor,
  isStaying,
  stayingIncarnations,
  workerState,
} from '../views.ts';

function replace(job: Harness, worker: string, by = `${worker}2`) {
  const commands = job.send({ kind: 'workerReplaced', worker, by });
  expect(inconsistencies(job.state)).toEqual([]);
  return commands;
}

describe('a worker that another has taken the place of', () => {
  test('is lost at once where it holds nothing, and what it ran is leased again', () => {
    const job = plannedJob({ workers: ['a', 'b'], maps: 1 });
    job.take('a');
    expect(job.ask('b')).toEqual([]);
    expect(kinds(replace(job, 'a'))).toEqual(['workerLost', 'lease']);
    expect(workerState(job.state, 'a')).toBe('lost');
    expect(attemptTotals(job.state)).toMatchObject({ lost: 1, failed: 0 });
  });

  test('keeps what it holds until its successor offers that, and is leased nothing', () => {
    const job = plannedJob({ workers: ['a', 'b'], maps: 3 });
    const made = job.take('a');
    job.complete(made);
    job.take('a');
    job.join('a2');
    expect(replace(job, 'a')).toEqual([]);
    expect(job.letters('map')).toBe('cii');
    expect(job.ask('a')).toEqual([]);
    expect([...stayingIncarnations(job.state)].sort()).toEqual(['a2', 'b']);
    expect(isStaying(job.state, 'a')).toBe(false);
    const outputs = [{ map: 0, attempt: made.attempt }];
    expect(job.send({ kind: 'outputsHeld', worker: 'a2', outputs })).toEqual([
      { kind: 'mapAvailable', map: 0, attempt: made.attempt, holder: 'a2' },
    ]);
    for (let second = 0; second < 9; second++) {
      expect(job.pass(1_000)).toEqual([]);
      job.beat('a2');
      job.beat('b');
    }
    expect(kinds(job.pass(1_000))).toEqual(['workerLost']);
    expect(job.letters('map')).toBe('cii');
  });

  test('is waited for as long as its successor keeps offering', () => {
    const job = plannedJob({ workers: ['a', 'b'], maps: 3 });
    const held = [job.take('a')];
    job.complete(held[0] ?? job.take('a'));
    held.push(job.take('a'));
    job.complete(held[1] ?? job.take('a'));
    job.join('a2');
    replace(job, 'a');
    for (const { attempt, task } of held) {
      for (let second = 0; second < 9; second++) {
        expect(job.pass(1_000)).toEqual([]);
        job.beat('a2');
        job.beat('b');
      }
      const outputs = [{ map: task.index, attempt }];
      job.send({ kind: 'outputsHeld', worker: 'a2', outputs });
    }
    expect(workerState(job.state, 'a')).toBe('alive');
  });

  test('loses what nobody has offered in the time of a silence', () => {
    const job = plannedJob({ workers: ['a', 'b'], maps: 2 });
    job.complete(job.take('a'));
    replace(job, 'a');
    for (let second = 0; second < 9; second++) {
      expect(job.pass(1_000)).toEqual([]);
      job.beat('b');
    }
    expect(kinds(job.pass(1_000))).toEqual(['workerLost', 'mapLost']);
  });

  test('counts as vanished under its tasks: the 16th of them fails the job', () => {
    const job = plannedJob({ workers: ['w0'], maps: 1 });
    for (let index = 0; index < 16; index++) {
      job.take(`w${index}`);
      job.join(`w${index + 1}`);
      const commands = kinds(replace(job, `w${index}`));
      expect(commands).toEqual(index < 15 ? ['workerLost'] : ['workerLost', 'jobFailed']);
    }
  });

  test('leaves what it holds to a successor that drains, and that is waited for', () => {
    const job = plannedJob({ workers: ['a', 'b'], maps: 3 });
    const made = job.take('a');
    job.complete(made);
    job.join('a2');
    replace(job, 'a');
    job.send({ kind: 'workerDraining', worker: 'a2', graceMs: 90_000 });
    expect(awaitsPredecessor(job.state, 'a2')).toBe(true);
    const outputs = [{ map: 0, attempt: made.attempt }];
    expect(job.send({ kind: 'outputsHeld', worker: 'a2', outputs })).toEqual([
      { kind: 'mapAvailable', map: 0, attempt: made.attempt, holder: 'a2' },
    ]);
    expect(awaitsPredecessor(job.state, 'a2')).toBe(false);
  });
});
