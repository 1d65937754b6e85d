import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Result } from '@mapreduce/protocol';
import {
  aJobSettings,
  anAttempt,
  aProgress,
  FakeSpawn,
  MemoryLog,
  settle,
  VirtualClock,
  type FakeExecutor,
} from '@mapreduce/testing';
import { AttemptFailedError, CancelledError } from './errors.ts';
import { ExecutorSlot, type LoadCommand, type RunCommand } from './executor-slot.ts';

const attempt = anAttempt('describe');
const run: RunCommand = { kind: 'run', attempt, task: { kind: 'describe' }, directory: '/a' };
const load: LoadCommand = {
  kind: 'load',
  settings: aJobSettings(),
  commands: '/commands',
  coordinator: { address: 'http://c', token: '' },
};
const result: Result = { kind: 'sample', keys: [] };
const heap = 1_000;

let clock: VirtualClock;
let spawn: FakeSpawn;
let slot: ExecutorSlot;
let progress: number[];

beforeEach(() => {
  clock = new VirtualClock();
  spawn = new FakeSpawn();
  slot = new ExecutorSlot({ spawn, clock, log: new MemoryLog() }, heap);
  slot.load(load, heap);
  progress = [];
});

function start(signal = new AbortController().signal): Promise<Result | Error> {
  const options = {
    timeoutMs: 1_000,
    signal,
    onProgress: ({ records }: { readonly records: number }) => void progress.push(records),
  };
  return slot.run(run, options).catch((error: unknown) => error as Error);
}

function executor(index = 0): FakeExecutor {
  const one = spawn.executors[index];
  if (one === undefined) throw new Error(`executor ${index} was not started`);
  return one;
}

async function failure(running: Promise<Result | Error>): Promise<AttemptFailedError['error']> {
  const error = await running;
  if (error instanceof AttemptFailedError) return error.error;
  throw new Error('expected a failed attempt');
}

describe('ExecutorSlot', () => {
  test('loads the program once, before the first attempt, and reuses the process', async () => {
    for (let i = 0; i < 3; i++) {
      const running = start();
      await settle();
      executor().report({ kind: 'done', attempt, result });
      expect(await running).toEqual(result);
    }
    expect(spawn.executors).toHaveLength(1);
    expect(executor().commands.map(({ kind }) => kind)).toEqual(['load', 'run', 'run', 'run']);
  });

  test('an attempt that goes on outlives the timeout, one that is silent is killed', async () => {
    const running = start();
    for (let i = 1; i <= 5; i++) {
      await clock.advance(900);
      executor().report({ kind: 'progress', attempt, progress: aProgress({ records: i }) });
    }
    await clock.advance(900);
    // It emits, or sorts and writes: nothing more is read meanwhile.
    executor().report({ kind: 'progress', attempt, progress: aProgress({ records: 5 }) });
    expect(progress).toEqual([1, 2, 3, 4, 5, 5]);
    await clock.advance(999);
    expect(executor().isAlive).toBe(true);
    await clock.advance(1);
    expect(await failure(running)).toMatchObject({ kind: 'timeout' });
    expect(executor().isAlive).toBe(false);
    expect(executor(1).commands).toEqual([load]);
  });

  test('the timeout begins when the program is loaded; loading has a longer one', async () => {
    spawn = new FakeSpawn(() => undefined);
    slot = new ExecutorSlot({ spawn, clock, log: new MemoryLog() }, heap);
    slot.load(load, heap);
    const running = start();
    await clock.advance(50_000);
    executor().report({ kind: 'ready' });
    await clock.advance(900);
    executor().report({ kind: 'done', attempt, result });
    expect(await running).toEqual(result);
    executor().exit();
    await settle();
    const stuck = start();
    await clock.advance(60_000);
    const error = await failure(stuck);
    expect(error).toMatchObject({ kind: 'timeout' });
    expect(error.message).toMatch(/^loading the program took more than 60 s;/);
  });

  test('a cancelled attempt costs its process; the next one is warm', async () => {
    const controller = new AbortController();
    const running = start(controller.signal);
    controller.abort();
    expect(await running).toBeInstanceOf(CancelledError);
    expect(executor().isAlive).toBe(false);
    const next = start();
    await settle();
    executor(1).report({ kind: 'done', attempt, result });
    expect(await next).toEqual(result);
  });

  test('what the executor reports as failed is handed on, and its process replaced', async () => {
    const running = start();
    const error = { kind: 'program', message: 'no' } as const;
    await settle();
    executor().report({ kind: 'failed', attempt, error });
    expect(await failure(running)).toEqual(error);
    expect(spawn.alive).toEqual([executor(1)]);
  });

  test.each([
    [{ exitCode: 3 }, { kind: 'exit', exitCode: 3 }],
    [{ exitCode: 0 }, { kind: 'exit', exitCode: 0 }],
    [
      { exitCode: null, signal: 'SIGSEGV' },
      { kind: 'exit', signal: 'SIGSEGV' },
    ],
    [
      { exitCode: null, signal: 'SIGABRT', outOfMemory: true },
      { kind: 'memory', signal: 'SIGABRT' },
    ],
    [
      { exitCode: null, signal: 'SIGKILL', outOfMemory: true },
      { kind: 'memory', signal: 'SIGKILL' },
    ],
  ])('an executor that ends by itself (%j) fails its attempt', async (exit, expected) => {
    const running = start();
    await settle();
    executor().exit({ ...exit, stderr: 'last words' });
    const error = await failure(running);
    expect(error).toMatchObject(expected);
    expect(error.message).toContain('last words');
    expect(spawn.alive).toHaveLength(1);
  });

  test('a program that ends its process as it loads is told to the next attempt, each time', async () => {
    spawn = new FakeSpawn((one) => one.exit({ exitCode: 9 }));
    slot = new ExecutorSlot({ spawn, clock, log: new MemoryLog() }, heap);
    slot.load(load, heap);
    await settle();
    expect(spawn.alive).toHaveLength(0);
    for (let i = 0; i < 2; i++) {
      const error = await failure(start());
      expect(error).toMatchObject({ kind: 'exit', exitCode: 9 });
      expect(error.message).toContain('loading the program');
      await settle();
    }
    expect(spawn.executors).toHaveLength(3);
  });

  test('a job that needs another heap gets another process', async () => {
    slot = new ExecutorSlot({ spawn, clock, log: new MemoryLog() }, heap);
    slot.load(load, 2 * heap);
    await settle();
    expect(executor(1).isAlive).toBe(false);
    expect(executor(2)).toMatchObject({ isAlive: true, heapBytes: 2 * heap, commands: [load] });
  });

  test('closed, it starts no more processes', async () => {
    const controller = new AbortController();
    const running = start(controller.signal);
    slot.close();
    controller.abort();
    await running;
    await settle();
    expect(spawn.alive).toHaveLength(0);
    expect(spawn.executors).toHaveLength(1);
  });
});
