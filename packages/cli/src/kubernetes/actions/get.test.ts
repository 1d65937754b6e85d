import { describe, expect, it } from '@jest/globals';
import { condition, createdAt, halfWay, jobWith } from '../fixtures.ts';
import { jobLines, listLines } from './get.ts';
import { endLine } from './watch.ts';

const now = createdAt + 61_000;

describe('get', () => {
  it('lists jobs, a line each', () => {
    expect(listLines([jobWith({ status: halfWay }), jobWith()], now)).toEqual([
      'NAME  PROGRAM    PHASE    DONE  MAPS  REDUCES  WORKERS  AGE',
      'wc    wordcount  Running  33 %  4/8   0/4      2/2      1 min 1 s',
      'wc    wordcount  Pending                                1 min 1 s',
    ]);
  });

  it('tells all about one', () => {
    const lines = jobLines(jobWith({ status: halfWay }), now);
    expect(lines).toEqual([
      'job       team/wc',
      'program   wordcount',
      'phase     Running, 1 min 1 s old',
      'progress  33 %, in phase map',
      'maps      4/8 of 977 KiB',
      'reduces   0/4',
      'workers   2 ready of 2',
      'Running   True (TasksRunning)',
    ]);
  });
});

describe('what watch says at the end', () => {
  it('is how to read the output', () => {
    const status = {
      ...halfWay,
      completionTime: '2026-01-31T12:00:12Z',
      output: { location: 'x', recordsWritten: 3, bytesWritten: 30 },
      conditions: [condition('Complete', 'Done')],
    };
    expect(endLine(jobWith({ status }))).toBe(
      'done in 12.0 s: 3 records; kubectl mapreduce cat wc -n team prints them',
    );
  });

  it('is why it failed', () => {
    const status = {
      ...halfWay,
      conditions: [condition('Failed', 'DeadlineExceeded', 'too late')],
    };
    expect(endLine(jobWith({ status }))).toBe('failed: too late');
  });
});
