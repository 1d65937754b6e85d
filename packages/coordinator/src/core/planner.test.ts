import { describe, expect, test } from '@jest/globals';
import { nodeDigest } from '@mapreduce/service/node';
import { aDescription, aJobSettings } from '@mapreduce/testing';
import { Planner } from './planner.ts';

describe('a plan', () => {
  test('has backup tasks if the job wants them and the program has no side effects', () => {
    const planned = (backupTasks: boolean, sideEffects: boolean) =>
      new Planner(aJobSettings({ backupTasks }), nodeDigest).restore(
        aDescription({ sideEffects }),
        [],
        undefined,
      ).backupTasks;
    expect(planned(true, false)).toBe(true);
    expect(planned(true, true)).toBe(false);
    expect(planned(false, false)).toBe(false);
  });
});
