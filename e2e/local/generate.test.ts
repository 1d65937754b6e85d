import { expect, it } from '@jest/globals';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { mapreduce, start } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';
import { mounted } from './support/mounted.ts';
import { until } from './support/processes.ts';

const scratch = temporaryDirectory();
const teragen = (records: number, output: string) => [
  ...['generate', 'teragen', '--records', String(records), '-o', output],
];

it('takes back what it has made when the disk is full', async () => {
  const mount = join(scratch, 'small-disk');
  mkdirSync(mount);
  const { code, stderr } = await mapreduce(teragen(100_000, join(mount, 'new/tera')), {
    prefix: mounted(`mount -t tmpfs -o size=2m tmpfs ${mount}`, `find ${mount} -mindepth 1`),
  });
  expect(stderr).toMatch(/^error: output .*tera: cannot be written: ENOSPC.*\n$/);
  expect(code).toBe(2);
});

it.each(['SIGINT', 'SIGTERM'] as const)('takes back what it has made upon %s', async (signal) => {
  const output = join(scratch, signal);
  const { pid, result } = start(teragen(100_000_000, output));
  await until('records are there', 20_000, () =>
    existsSync(output) && readdirSync(output).length > 0 ? true : undefined,
  );
  process.kill(pid, signal);
  const { code, stderr } = await result;
  expect({ code, stderr }).toEqual({ code: 3, stderr: `error: cancelled by ${signal}\n` });
  expect(existsSync(output)).toBe(false);
});
