import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { newToken, writeTokenFile } from '@mapreduce/service/node';
import { MemoryLog } from '@mapreduce/testing';
import { runWorker, workerExit } from './main.ts';

let parent: string;
/** An executor that lives until it is ended. */
const executorArgs = ['--eval', 'setInterval(() => undefined, 1000)'];

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
    executorArgs,
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
  const coordinator = 'http://127.0.0.1:9';
  const settings = { coordinator, tokenFile, slots: 1, executorArgs, log, signal };
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

test('executors that started ahead end with a worker that cannot take part', async () => {
  const { signal } = new AbortController();
  const settings = {
    coordinator: 'http://127.0.0.1:9',
    tokenFile: join(parent, 'token'),
    slots: 2,
  };
  const log = new MemoryLog();
  await runWorker({ ...settings, directory: join(parent, 'worker'), executorArgs, log, signal });
  while (process.getActiveResourcesInfo().includes('ProcessWrap')) await delay(10);
});

test('executors ask for pages of 2 MiB', async () => {
  const report = join(parent, 'tunables');
  const program = `fs.writeFileSync(${JSON.stringify(report)}, process.env.GLIBC_TUNABLES)`;
  const tokenFile = join(parent, 'token');
  writeTokenFile(tokenFile, newToken());
  const stop = new AbortController();
  const running = runWorker({
    ...{ coordinator: 'http://127.0.0.1:9', tokenFile, slots: 1, log: new MemoryLog() },
    ...{ executorArgs: ['--eval', program], directory: join(parent, 'worker') },
    signal: stop.signal,
  });
  while (!existsSync(report) || readFileSync(report).length === 0) await delay(10);
  expect(readFileSync(report, 'utf8')).toContain('glibc.malloc.hugetlb=1');
  stop.abort();
  await running;
});

test('a worker that knows its host listens before it knows its coordinator', async () => {
  const tokenFile = join(parent, 'token');
  writeTokenFile(tokenFile, newToken());
  const told = Promise.withResolvers<string>();
  const stop = new AbortController();
  const port = await freePort();
  const running = runWorker({
    ...{ coordinator: told.promise, tokenFile, slots: 1, executorArgs, signal: stop.signal },
    ...{ directory: join(parent, 'worker'), host: '127.0.0.1', port, log: new MemoryLog() },
  });
  while (!(await isListenedTo(port))) await delay(10);
  stop.abort();
  told.resolve('http://127.0.0.1:9');
  expect(await running).toBe(workerExit.done);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function isListenedTo(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(port, '127.0.0.1');
    connection.once('connect', () => resolve(true)).once('error', () => resolve(false));
    connection.once('connect', () => connection.destroy());
  });
}
