import { describe, expect, it } from '@jest/globals';
import { createColors } from 'picocolors';
import { failureLines } from './failure.ts';
import { statusWith, succeeded } from './fixtures.ts';
import { summaryLines } from './summary.ts';

const style = { colors: createColors(false), columns: 80 };

describe('summaryLines', () => {
  it('says how long it took, where the parts are, what was counted and what to try', () => {
    const ending = { output: 'out', wallMs: 2_600, logs: undefined };
    expect(summaryLines(succeeded(), ending, style).join('\n')).toMatchInlineSnapshot(`
      "done in 2.60 s (describe 200 ms, map 1.30 s, reduce 800 ms, finish 45 ms)
        input     8 files, 3.1 MiB, 12 maps
        output    3 parts, 223 KiB, 22,107 records
        parts     out/part-00000 … part-00002
        counter   matching lines = 1,234
        next      mapreduce cat out       prints the parts in order
                  mapreduce verify out    proves parts, records and digests"
    `);
  });

  it.each([
    [1, '1 bad record; it is in'],
    [2_000, '2,000 bad records; they are in'],
  ])('says where %i skipped records are', (recordsSkipped, text) => {
    const { progress } = succeeded();
    const status = { ...succeeded(), progress: { ...progress, recordsSkipped } };
    const lines = summaryLines(status, { output: 'out', wallMs: 1, logs: undefined }, style);
    expect(lines).toContain(`  skipped   ${text} out/_mapreduce/local-0123456789ab/skipped.ndjson`);
  });
});

describe('failureLines', () => {
  it("shows the user's own error, its place in the program and the record", () => {
    const status = statusWith({
      state: 'failed',
      error: {
        code: 'program',
        task: 'map 3',
        cause: {
          kind: 'program',
          message: 'no such field',
          stack: [
            'TypeError: no such field',
            '    at parse (/home/user/job.ts:4:9)',
            '    at map (/home/user/job.ts:12:5)',
            '    at call (file:///opt/mapreduce/packages/engine/src/map/calls.ts:54:20)',
            '    at process.processTicksAndRejections (node:internal/process/task_queues:104:5)',
          ].join('\n'),
          file: 'books/a.txt',
          offset: 12_345,
        },
      },
    });
    const ending = { logs: '/tmp/mapreduce-abc/logs', ownFiles: '/opt/mapreduce/packages' };
    expect(failureLines(status, ending, style).join('\n')).toMatchInlineSnapshot(`
      "failed in map 3 after 1.50 s: the program failed

        TypeError: no such field
            at parse (/home/user/job.ts:4:9)
            at map (/home/user/job.ts:12:5)

        record    books/a.txt at byte 12345
        logs      /tmp/mapreduce-abc/logs
        next      mend the program and run it again"
    `);
  });

  it('hands no control characters of a program to the terminal', () => {
    const message = '\u001b[2Jcleared\r\u009b31mred\tnot\nnext';
    const cause = { kind: 'program', message, file: 'a\u0007' } as const;
    const status = statusWith({ state: 'failed', error: { code: 'task', cause } });
    const lines = failureLines(status, { logs: undefined, ownFiles: '/opt' }, style);
    expect(lines).toContain('  \\x1b[2Jcleared\\x0d\\x9b31mred\tnot');
    expect(lines).toContain('  next');
    expect(lines).toContain('  record    a\\x07');
  });

  it.each([
    ['exit', 'do not call process.exit'],
    ['memory', 'raise --memory'],
    ['timeout', 'an input that does not come, or raise --task-timeout'],
    ['disk', 'TMPDIR'],
    ['output', 'name another directory'],
  ] as const)('says what to do after a failure of kind %s', (kind, remedy) => {
    const error = { code: 'task', cause: { kind, message: 'so it was' } } as const;
    const lines = failureLines(
      statusWith({ state: 'failed', error }),
      { logs: undefined, ownFiles: '/opt' },
      style,
    );
    expect(lines.join('\n')).toContain('so it was');
    expect(lines.at(-1)).toContain(remedy);
  });
});
