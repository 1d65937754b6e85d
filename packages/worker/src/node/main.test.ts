import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MemoryLog } from '@mapreduce/testing';
import { runWorker, workerExit } from './main.ts';

let parent: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'worker-main-'));
});

afterEach(() => rmSync(parent, { recursive: true }));

test('a directory that cannot be made is one message and an exit code, no exception', async () => {
  const log = new MemoryLog();
  const file = join(parent, 'file');
  writeFileSync(file, '');
  const directory = join(file, 'worker');
  const settings = {
    coordinator: 'http://127.0.0.1:9',
    tokenFile: join(parent, 'token'),
    slots: 1,
  };
  const { signal } = new AbortController();
  await expect(runWorker({ ...settings, directory, log, signal })).resolves.toBe(workerExit.unfit);
  expect(log.facts).toMatchObject([
    {
      level: 'error',
      fact: 'cannot take part',
      fields: { error: expect.stringMatching(`^cannot use ${directory}: ENOTDIR`) },
    },
  ]);
});

test('a token file that is not there is one message and an exit code, no exception', async () => {
  const log = new MemoryLog();
  const tokenFile = join(parent, 'token');
  const { signal } = new AbortController();
  const settings = { coordinator: 'http://127.0.0.1:9', tokenFile, slots: 1, log, signal };
  const directory = join(parent, 'worker');
  await expect(runWorker({ ...settings, directory })).resolves.toBe(workerExit.unfit);
  expect(log.facts).toMatchObject([
    {
      level: 'error',
      fact: 'cannot take part',
      fields: { error: expect.stringMatching(`^token file ${tokenFile}: cannot be read`) },
    },
  ]);
});
