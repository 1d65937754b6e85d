import { describe, expect, test } from '@jest/globals';
import { nodeDigest } from '@mapreduce/service/node';
import type { ListedInput } from '@mapreduce/storage';
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

  test('samples enough keys for the parts, unless the program says how many', () => {
    const input = (path: string): ListedInput => ({
      ...{ source: { kind: 'file', path }, name: path, size: 10, version: 'v', cuttable: true },
    });
    const sampled = (reducers: number, samples?: number) => {
      const planner = new Planner(aJobSettings({ reducers }), nodeDigest);
      const partition = { kind: 'range', ...(samples !== undefined && { samples }) } as const;
      planner.restore(aDescription({ partition }), [input('/a'), input('/b')], undefined);
      return planner.task({ kind: 'sample', index: 0 });
    };
    expect(sampled(10)).toMatchObject({ records: 5_000 });
    expect(sampled(1_000)).toMatchObject({ records: 50_000 });
    expect(sampled(10, 40)).toMatchObject({ records: 20 });
  });
});
