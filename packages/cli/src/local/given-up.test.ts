import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { givenUp } from './given-up.ts';

const directory = mkdtempSync(join(tmpdir(), 'given-up-'));
const log = join(directory, 'worker-1.log');
afterAll(() => rmSync(directory, { recursive: true }));

it.each([
  [
    '{"level":"info","fact":"a"}\n{"level":"error","fact":"b","error":"disk full"}\n',
    ': disk full',
  ],
  ['{"level":"error","fact":"in disorder"}\n', ': in disorder'],
  ['error: port 7000 is taken\n', ': port 7000 is taken'],
  ['{"level":"error","fact":"b"}\n{"level":"info","fact":"a"}\n', ''],
  ['Trace of something\n', ''],
  ['', ''],
])('says how a process ended and what it logged last, if that is an error: %j', (text, says) => {
  writeFileSync(log, text);
  expect(givenUp('worker 1 does not stay up', { code: 2, signal: null }, log)).toBe(
    `worker 1 does not stay up (exit code 2)${says}; its log is ${log}`,
  );
});

it('does without a log that is not there', () => {
  expect(givenUp('it has ended', { code: null, signal: 'SIGKILL' }, '/none')).toBe(
    'it has ended (SIGKILL); its log is /none',
  );
});
