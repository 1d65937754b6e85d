import { describe, expect, it } from '@jest/globals';
import { runOptions, type RunFlags } from './run-options.ts';

const flags: RunFlags = {
  ...{ output: 'out', workers: 2, slots: 1, splitSize: 2 ** 26, memory: 2 ** 29 },
  ...{ taskTimeout: 600_000, skipBadRecords: 0, format: 'binary', fsync: true },
};

describe('runOptions', () => {
  it('reduces in one wave unless told otherwise', () => {
    expect(runOptions({ ...flags, workers: 3, slots: 2 }).reducers).toBe(6);
    expect(runOptions({ ...flags, reducers: 10 }).reducers).toBe(10);
  });

  it('starts at least two workers', () => {
    const rest = Object.entries(flags).filter(([name]) => name !== 'workers');
    expect(runOptions(Object.fromEntries(rest) as RunFlags).workers).toBeGreaterThanOrEqual(2);
  });

  it.each([
    [{ reducers: 0 }, '--reducers 0: expected 1 to 100000'],
    [{ reducers: 1_000_000 }, '--reducers 1000000: expected 1 to 100000'],
    [{ workers: 0 }, '--workers 0: expected 1 to 256'],
    [{ slots: 1_000 }, '--slots 1000: expected 1 to 256'],
    [{ splitSize: 0 }, '--split-size 0 B: expected 1 B to 1 TiB'],
    [{ memory: 1_024 }, '--memory 1 KiB: expected 16 MiB to 64 GiB'],
    [{ taskTimeout: 5 }, '--task-timeout 5 ms: expected 1.00 s to 168 h 0 min'],
    [{ skipBadRecords: 10_001 }, '--skip-bad-records 10001: expected 0 to 10000'],
    [{ json: true, quiet: true }, '--json and --quiet'],
  ])('refuses %p', (change, message) => {
    expect(() => runOptions({ ...flags, reducers: 2, ...change })).toThrow(message);
  });

  it.each([{ workers: 0 }, { slots: 0 }])('blames what was given alone: %p', (change) => {
    expect(() => runOptions({ ...flags, ...change })).toThrow(/^--(?:workers|slots) 0:[^\n]*$/);
  });

  it('reports all faults at once', () => {
    expect(() => runOptions({ ...flags, reducers: 0, slots: 0 })).toThrow(
      '--reducers 0: expected 1 to 100000\n--slots 0: expected 1 to 256',
    );
  });
});
