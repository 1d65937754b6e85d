import { spawn as startProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ExecutorCommand, Task } from '@mapreduce/protocol';
import { nodeClock } from '@mapreduce/service/node';
import { fileVersion } from '@mapreduce/storage';
import { aJobSettings, anAttempt, aPlan, MemoryLog } from '@mapreduce/testing';
import { ExecutorSlot } from '../core/executor-slot.ts';
import { NodeSpawn } from '../node/spawn.ts';

const args = ['--no-warnings', join(import.meta.dirname, 'fixtures', 'entry.ts')];
const attempt = anAttempt('map');
const heap = 256 * 2 ** 20;

let directory: string;
let slot: ExecutorSlot | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'streaming-executor-'));
});

afterEach(() => {
  slot?.close();
  slot = undefined;
  rmSync(directory, { recursive: true, force: true });
});

/** Loads a mapper that starts another process, writes both ids into a file, and never ends. */
function load(): Extract<ExecutorCommand, { kind: 'load' }> {
  const script = `sleep 1000 & echo $$ $! > ${directory}/new; mv ${directory}/new ${directory}/pids; wait`;
  return {
    kind: 'load',
    settings: aJobSettings({
      reducers: 1,
      program: {
        kind: 'streaming',
        name: 'sh',
        commands: {
          mapper: { command: ['sh', '-c', script] },
          sideEffects: false,
          nondeterministic: false,
        },
      },
    }),
    commands: join(directory, 'commands'),
    coordinator: { address: 'http://127.0.0.1:9', token: '' },
  };
}

function run(): Extract<ExecutorCommand, { kind: 'run' }> {
  const path = join(directory, 'input.txt');
  writeFileSync(path, 'x\n');
  const { size, mtimeMs } = statSync(path);
  const version = fileVersion({ size, mtimeMs });
  const source = { kind: 'file', path } as const;
  const split = { index: 0, source, name: 'input.txt', start: 0, end: size, size, version };
  const task: Task = { kind: 'map', split };
  const own = join(directory, attempt);
  mkdirSync(own);
  return { kind: 'run', attempt, task, plan: aPlan(), directory: own };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(10);
}

/** The mapper and what it has started, once both run. */
async function processes(): Promise<readonly string[]> {
  const file = join(directory, 'pids');
  await until(() => existsSync(file));
  return readFileSync(file, 'utf8').trim().split(' ');
}

/** Dead, whether or not somebody has waited for it. */
function isDead(pid: string): boolean {
  try {
    return /\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

function start(): ExecutorSlot {
  const log = new MemoryLog();
  const spawn = new NodeSpawn({ args, log, print: () => undefined });
  slot = new ExecutorSlot({ spawn, clock: nodeClock, log }, heap);
  slot.load(load(), heap);
  return slot;
}

test('a command that neither reads nor writes ends at the timeout, and what it started too', async () => {
  const one = start();
  // Loading has a patience of its own.
  await one.run({ kind: 'run', attempt, task: { kind: 'describe' }, directory }, options(60_000));
  const running = one.run(run(), options(1_000));
  const failed = expect(running).rejects.toMatchObject({ error: { kind: 'timeout' } });
  const started = await processes();
  expect(started.some(isDead)).toBe(false);
  await failed;
  await until(() => started.every(isDead));
});

test('a command ends when its attempt is cancelled', async () => {
  const controller = new AbortController();
  const running = start().run(run(), options(60_000, controller.signal));
  const cancelled = expect(running).rejects.toThrow();
  const started = await processes();
  controller.abort();
  await cancelled;
  await until(() => started.every(isDead));
});

test('a command ends when the supervisor of its executor does', async () => {
  const child = startProcess(process.execPath, args, {
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  for (const command of [load(), run()]) child.stdin?.write(`${JSON.stringify(command)}\n`);
  const started = await processes();
  child.stdin?.end();
  expect(await ended).toBe(0);
  await until(() => started.every(isDead));
});

function options(timeoutMs: number, signal = new AbortController().signal) {
  return { timeoutMs, signal, onProgress: () => undefined };
}
