import { spawn as startProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MapIndex } from '@mapreduce/engine';
import type {
  AttemptError,
  MapManifest,
  Plan,
  ProgramDescription,
  Result,
  Task,
} from '@mapreduce/protocol';
import { nodeClock, nodeCodec } from '@mapreduce/service/node';
import { fileVersion } from '@mapreduce/storage';
import {
  aDescription,
  aDigest,
  aJobSettings,
  anAttempt,
  aPlan,
  MemoryLog,
} from '@mapreduce/testing';
import ts from 'typescript';
import { AttemptFailedError } from '../core/errors.ts';
import { ExecutorSlot, type RunCommand } from '../core/executor-slot.ts';
import { NodeSpawn } from '../node/spawn.ts';

const commands = join(tmpdir(), `executor-test-commands-${process.pid}`);
const fixtures = join(import.meta.dirname, 'fixtures');
const log = new MemoryLog();
const spawn = new NodeSpawn({
  args: ['--no-warnings', join(fixtures, 'entry.ts')],
  log,
  // jest takes what V8 says at a heap's end for the end of its own worker.
  print: () => undefined,
});
const coordinator = { address: 'http://127.0.0.1:9', token: '' };
const megabyte = 2 ** 20;

let directory: string;
let slot: ExecutorSlot | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'executor-test-'));
});

afterEach(() => {
  slot?.close();
  slot = undefined;
  rmSync(directory, { recursive: true });
});

/** An executor that has been told to load a fixture, or the built-in `count`. */
function executor(program: string, heapBytes = 256 * megabyte): ExecutorSlot {
  const isModule = program !== 'count';
  const settings = aJobSettings({
    reducers: 1,
    program: isModule
      ? { kind: 'module', name: program, sha256: aDigest() }
      : { kind: 'builtin', name: program },
  });
  const programPath = program.startsWith('/') ? program : join(fixtures, `${program}.ts`);
  slot = new ExecutorSlot({ spawn, clock: nodeClock, log }, heapBytes);
  slot.load(
    { kind: 'load', settings, commands, coordinator, ...(isModule && { programPath }) },
    heapBytes,
  );
  return slot;
}

let attempts = 0;

function run(
  one: ExecutorSlot,
  task: Task,
  more: Partial<RunCommand> = {},
  timeoutMs = 60_000,
): Promise<Result> {
  const attempt = anAttempt(task.kind, 0, attempts++);
  const own = join(directory, attempt);
  mkdirSync(own);
  return one.run(
    { kind: 'run', attempt, task, directory: own, ...more },
    { timeoutMs, signal: new AbortController().signal, onProgress: () => undefined },
  );
}

/** A map task over a file of this text. */
function mapOf(text: string): Task {
  const path = join(directory, `input-${attempts}.txt`);
  writeFileSync(path, text);
  const { size, mtimeMs } = statSync(path);
  return {
    kind: 'map',
    split: {
      index: 0,
      source: { kind: 'file', path },
      name: 'input.txt',
      start: 0,
      end: size,
      size,
      version: fileVersion({ size, mtimeMs }),
    },
  };
}

const plan: Plan = aPlan();

async function failure(result: Promise<Result>): Promise<AttemptError> {
  try {
    await result;
  } catch (error) {
    if (error instanceof AttemptFailedError) return error.error;
    throw error;
  }
  throw new Error('expected a failed attempt');
}

const describeTask: Task = { kind: 'describe' };

describe('an executor', () => {
  test('describes, maps and reduces in one process, whatever the program prints', async () => {
    const one = executor('count');
    const described = await run(one, describeTask);
    const description: ProgramDescription = aDescription({ combine: true });
    expect(described).toEqual({ kind: 'describe', description });
    const counting = { ...plan, description };
    const mapped = (await run(one, mapOf('a b a\nc a\n'), { plan: counting })) as MapManifest;
    expect(mapped).toMatchObject({ kind: 'map', recordsIn: 2, recordsEmitted: 5, recordsOut: 3 });

    const mapDirectory = join(directory, anAttempt('map', 0, attempts - 1));
    const index = MapIndex.decode(readFileSync(join(mapDirectory, 'index')), nodeCodec);
    const outputDirectory = join(directory, 'part');
    mkdirSync(outputDirectory);
    const segment = {
      map: 0,
      path: join(mapDirectory, 'data'),
      offset: 0,
      length: index.length(0),
      records: 3,
    };
    const reduced = await run(
      one,
      { kind: 'reduce', partition: 0, maps: 1 },
      { plan: counting, outputDirectory, segments: [segment], consumed: aDigest() },
    );
    expect(reduced).toMatchObject({ kind: 'reduce', recordsIn: 3, recordsOut: 3 });
    expect(readFileSync(join(outputDirectory, 'part-00000'), 'utf8')).toBe('a\t3\nb\t1\nc\t1\n');
  });

  test('tells what a program threw, where in the program and where in the input', async () => {
    const error = await failure(run(executor('misbehaves'), mapOf('fine\nthrow\n'), { plan }));
    expect(error).toMatchObject({ kind: 'program', file: 'input.txt', offset: 5 });
    expect(error.message).toContain('no such luck');
    expect(error.stack).toMatch(/misbehaves\.ts:11:/);
  });

  test('keeps what it was started with from the program', async () => {
    const given = String(process.env['GLIBC_TUNABLES']);
    const error = await failure(run(executor('tells-environment'), mapOf('any\n'), { plan }));
    expect(error.message).toContain(`GLIBC_TUNABLES is ${given}`);
  });

  test('names the lines that the user wrote, by the source map', async () => {
    const source = readFileSync(join(fixtures, 'misbehaves.ts'), 'utf8');
    const { outputText } = ts.transpileModule(`${'\n'.repeat(100)}${source}`, {
      fileName: 'users/own.ts',
      compilerOptions: {
        inlineSourceMap: true,
        inlineSources: true,
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ES2022,
        removeComments: true,
      },
    });
    const bundle = join(directory, 'program.mjs');
    const sdk = import.meta.resolve('@mapreduce/sdk');
    writeFileSync(bundle, outputText.replace('@mapreduce/sdk', sdk));
    const error = await failure(run(executor(bundle), mapOf('throw\n'), { plan }));
    expect(error.stack).toMatch(/own\.ts:111:/);
  });

  test.each([
    ['exit', { kind: 'exit', exitCode: 3 }],
    ['exit well', { kind: 'exit', exitCode: 0 }],
    ['orphan', { kind: 'exit', exitCode: 5 }],
    ['reject', { kind: 'program', message: 'a stray promise' }],
    ['forge', { kind: 'exit', signal: 'SIGKILL' }],
  ])('a program that does %j is told apart, and its successor works', async (does, expected) => {
    const one = executor('misbehaves');
    // Enough input for what the program started to come to pass before its end.
    const text = `${does}\n${'more\n'.repeat(400_000)}`;
    expect(await failure(run(one, mapOf(text), { plan }))).toMatchObject(expected);
    expect(await run(one, mapOf('fine\n'), { plan })).toMatchObject({ kind: 'map', recordsIn: 1 });
  });

  test('what a reduce emits after its return is an error, not a loss', async () => {
    const one = executor('emits-late');
    const mapped = (await run(one, mapOf('a\n'), { plan })) as MapManifest;
    const path = join(directory, anAttempt('map', 0, attempts - 1), 'data');
    const length = mapped.bytesOut;
    const outputDirectory = join(directory, 'part');
    mkdirSync(outputDirectory);
    const more = {
      plan,
      outputDirectory,
      segments: [{ map: 0, path, offset: 0, length, records: 1 }],
      consumed: aDigest(),
    };
    const error = await failure(run(one, { kind: 'reduce', partition: 0, maps: 1 }, more));
    expect(error.kind).toBe('program');
    expect(error.message).toContain('emit was called after the task had ended');
  });

  test('a record at a time is progress, however slowly they come', async () => {
    const one = executor('misbehaves');
    await run(one, mapOf('fine\n'), { plan });
    const slow = run(one, mapOf('nap\n'.repeat(8)), { plan }, 300);
    expect(await slow).toMatchObject({ kind: 'map', recordsIn: 8 });
  });

  test('an endless loop is killed at the timeout', async () => {
    const one = executor('misbehaves');
    await run(one, mapOf('fine\n'), { plan });
    const error = await failure(run(one, mapOf('loop\n'), { plan }, 300));
    expect(error).toMatchObject({ kind: 'timeout' });
  });

  test('memory that runs out is no mere exit', async () => {
    const one = executor('misbehaves', 40 * megabyte);
    expect(await failure(run(one, mapOf('hoard\n'), { plan }))).toMatchObject({ kind: 'memory' });
  });

  test.each([
    ['async-map', "async-map: the program's map is of kind AsyncFunction"],
    ['throws-at-load', 'throws-at-load: cannot be loaded: not today'],
    ['no-default', 'no-default: the program has no default export'],
    ['not-there', 'not-there: cannot be loaded'],
  ])('the program %s is refused when it is described', async (program, message) => {
    const one = executor(program);
    for (let i = 0; i < 2; i++) {
      const error = await failure(run(one, describeTask));
      expect(error.kind).toBe('program');
      expect(error.message).toContain(message);
    }
  });

  test('a program that ends its process as it loads fails the attempt', async () => {
    const error = await failure(run(executor('exits-at-load'), describeTask));
    expect(error).toMatchObject({ kind: 'exit', exitCode: 4 });
  });

  test('a changed input is the input’s fault', async () => {
    const task = mapOf('fine\n');
    writeFileSync(join(directory, `input-${attempts}.txt`), 'fine, but longer\n');
    const error = await failure(run(executor('misbehaves'), task, { plan }));
    expect(error).toMatchObject({ kind: 'input' });
  });

  test('ends when its supervisor does', async () => {
    const child = startProcess(process.execPath, ['--no-warnings', join(fixtures, 'entry.ts')], {
      stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
    });
    const ended = new Promise((resolve) => child.on('exit', resolve));
    child.stdin?.end();
    expect(await ended).toBe(0);
  });
});
