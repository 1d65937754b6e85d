import { expect, test } from '@jest/globals';
import { nodeLog } from './log.ts';

test('writes one JSON line a fact, and nothing below its level', () => {
  const lines: string[] = [];
  const log = nodeLog({ level: 'info', process: 'worker', write: (line) => lines.push(line) });
  log.debug('dropped');
  log.info('task done', { attempt: 'a', records: 3 });
  log.error('line\nbreak');
  expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      time: expect.any(String),
      level: 'info',
      process: 'worker',
      fact: 'task done',
      attempt: 'a',
      records: 3,
    },
    { time: expect.any(String), level: 'error', process: 'worker', fact: 'line\nbreak' },
  ]);
});
