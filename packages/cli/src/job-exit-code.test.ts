import { describe, expect, it } from '@jest/globals';
import type { JobStatus } from '@mapreduce/protocol';
import { jobExitCode } from './job-exit-code.ts';

type JobError = NonNullable<JobStatus['error']>;

function failed(
  code: JobError['code'],
  kind: JobError['cause']['kind'],
  task?: string,
): Pick<JobStatus, 'state' | 'error'> {
  return {
    state: 'failed',
    error: { code, cause: { kind, message: '' }, ...(task !== undefined && { task }) },
  };
}

describe('jobExitCode', () => {
  it.each([
    ['success', { state: 'succeeded' } as const, 0],
    ['a program that throws in map', failed('program', 'program', 'map 3'), 1],
    ['an executor that ends', failed('task', 'exit', 'map 3'), 1],
    ['a disk that is full at the end', failed('output', 'disk'), 1],
    ['a disk that is full in a reduce', failed('output', 'output', 'reduce 3'), 1],
    ['an output directory that is not empty', failed('output', 'output'), 2],
    ['a program that cannot be loaded', failed('program', 'program', 'describe'), 2],
    ['an input that cannot be read', failed('input', 'input', 'map 3'), 2],
    ['a cancelled job', { state: 'cancelled' } as const, 3],
    ['a task that does not move', failed('task', 'timeout', 'map 3'), 4],
  ])('tells %s', (_what, status, code) => {
    expect(jobExitCode(status)).toBe(code);
  });
});
