import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { StreamingCommands } from '@mapreduce/protocol';
import { defineJob, sum } from '@mapreduce/sdk';
import { NodeCommands } from '@mapreduce/service/node';
import { type ProgramOutcome, type ProgramRun, runProgram, runStreaming } from '@mapreduce/testing';
import fc from 'fast-check';
import { compareBytes } from '../codec/compare.ts';
import { ProgramError } from '../tasks.ts';

const mebi = 2 ** 20;
const directory = mkdtempSync(join(tmpdir(), 'streaming-test-'));
let printed = '';
const machine = new NodeCommands({ directory, print: (text) => (printed += text) });

beforeEach(() => {
  printed = '';
});

afterAll(() => rmSync(directory, { recursive: true }));

type Command = string | readonly string[];

/** A text is a command of `sh`. */
function commandOf(command: Command) {
  return { command: typeof command === 'string' ? ['sh', '-c', command] : [...command] };
}

function streaming(commands: {
  mapper: Command;
  combiner?: Command;
  reducer?: Command;
}): StreamingCommands {
  const { mapper, combiner, reducer } = commands;
  return {
    mapper: commandOf(mapper),
    ...(combiner !== undefined && { combiner: commandOf(combiner) }),
    ...(reducer !== undefined && { reducer: commandOf(reducer) }),
    sideEffects: false,
    nondeterministic: false,
  };
}

function run(
  commands: Parameters<typeof streaming>[0],
  input: string | Uint8Array | ProgramRun,
): Promise<ProgramOutcome> {
  const isFile = typeof input === 'string' || input instanceof Uint8Array;
  const given = isFile ? { files: { 'a.txt': input }, settings: { reducers: 1 } } : input;
  return runStreaming(streaming(commands), given, machine);
}

/** One part, as text. */
async function textOf(...given: Parameters<typeof run>): Promise<string> {
  const { parts } = await run(...given);
  return parts.map((part) => new TextDecoder().decode(part)).join('');
}

async function failure(outcome: Promise<unknown>): Promise<string> {
  try {
    await outcome;
  } catch (error) {
    if (error instanceof ProgramError) return error.message;
    throw error;
  }
  throw new Error('expected a failure');
}

const toWords = ['tr', '-s', ' ', '\\n'];
const addUp = [
  'awk',
  '-F\t',
  'function told() { if (n) print key "\\t" n } ' +
    '$1 != key || !n { told(); key = $1; n = 0 } { n += $2 == "" ? 1 : $2 } END { told() }',
];

describe('streaming commands', () => {
  const wordcount = defineJob({
    map: (line, emit) => {
      for (const word of line.split(' ')) emit(word, 1);
    },
    reduce: (word, counts, emit) => emit(word, sum(counts)),
  });
  const letters = Array.from('abcdefghij');
  const text = Array.from(
    { length: 1_000 },
    (_, i) => `${letters[(i * 7) % 10]}${i % 3} naïve ${letters[i % 10]}`,
  ).join('\n');

  test.each([1, 2, 7])('make the parts of an equal program, with %i reducers', async (reducers) => {
    const settings = { reducers };
    for (const splitSize of [3_000, mebi]) {
      const given = { files: { 'a.txt': text }, splitSize, settings };
      const expected = await runProgram(wordcount, given);
      const plain = await run({ mapper: toWords, reducer: addUp }, given);
      expect(plain.parts).toEqual(expected.parts);
      const combined = await run({ mapper: toWords, combiner: addUp, reducer: addUp }, given);
      expect(combined.parts).toEqual(expected.parts);
      const [map] = combined.maps;
      expect(map?.recordsOut).toBeLessThan(map?.recordsEmitted ?? 0);
      expect(plain.reduces.map(({ groups }) => groups)).toEqual(
        expected.reduces.map(({ groups }) => groups),
      );
    }
  });

  test('give keys in the order of their bytes and values in that of the input, whatever they hold', async () => {
    const byte = fc.integer({ min: 0, max: 255 }).filter((value) => value !== 10 && value !== 13);
    const line = fc.uint8Array({ maxLength: 6 }).map((bytes) => bytes.filter((b) => b !== 13));
    const lines = fc.array(
      fc.tuple(fc.constantFrom('k', 'K', 'é', ''), fc.constantFrom('\t', '', '\t\t'), line, byte),
      { minLength: 1, maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(lines, async (drawn) => {
        const bytes = drawn.map(([key, tab, more, last]) =>
          Buffer.concat([Buffer.from(key + tab), more.filter((b) => b !== 10), Buffer.of(last)]),
        );
        const expected = bytes
          .map((one, index) => {
            const at = one.indexOf(9);
            const end = at < 0 ? one.length : at;
            return { key: one.subarray(0, end), value: one.subarray(end + 1), index };
          })
          .sort(
            (a, b) =>
              compareBytes(a.key, 0, a.key.length, b.key, 0, b.key.length) || a.index - b.index,
          )
          .flatMap(({ key, value }) => [key, Buffer.of(9), value, Buffer.of(10)]);
        const input = Buffer.concat(bytes.flatMap((one) => [one, Buffer.of(10)]));
        const { parts } = await run(
          { mapper: ['cat'], reducer: ['cat'] },
          { files: { 'a.txt': input }, settings: { reducers: 1 }, splitSize: 40 },
        );
        expect(Buffer.concat(parts)).toEqual(Buffer.concat(expected));
      }),
      { numRuns: 20 },
    );
  });

  test('read each record once and with a line feed, whatever ends it and however it is cut', async () => {
    const input = 'one\r\n\ntwo\rhalf\nthree\r\n\r\nlast';
    const expected = ['', '', 'last', 'one', 'three', 'two\rhalf']
      .map((key) => `${key}\t\n`)
      .join('');
    for (let splitSize = 1; splitSize <= input.length; splitSize += 3) {
      const given = { files: { 'a.txt': input }, settings: { reducers: 1 }, splitSize };
      expect(await textOf({ mapper: ['cat'] }, given)).toBe(expected);
    }
  });

  test('end the last line of a part', async () => {
    expect(await textOf({ mapper: ['cat'], reducer: 'cat >&2; printf "a\\nb"' }, 'x')).toBe(
      'a\nb\n',
    );
  });

  test('need not read to the end, and what they leave counts as read', async () => {
    const input = 'a line of text\n'.repeat(200_000);
    const { maps, reduces } = await run({ mapper: ['head', '-n', '2'], reducer: ['true'] }, input);
    expect(maps[0]).toMatchObject({ recordsIn: 200_000, bytesIn: input.length, recordsOut: 2 });
    expect(reduces[0]).toMatchObject({ recordsIn: 2, groups: 1, recordsOut: 0 });
  });

  test('may close either end and go on', async () => {
    const input = 'a line of text\n'.repeat(100_000);
    expect(await textOf({ mapper: 'exec <&-; sleep 0.1; echo k' }, input)).toBe('k\t\n');
    const { maps } = await run({ mapper: 'echo k; exec >&-; cat > /dev/null; sleep 0.1' }, input);
    expect(maps[0]).toMatchObject({ recordsIn: 100_000, recordsOut: 1 });
  });

  test('may write much before they read, and read much before they write', async () => {
    const input = 'x\n'.repeat(500_000);
    const many = 'yes y | head -n 500000';
    const { maps, reduces } = await run(
      { mapper: `${many}; cat`, reducer: ['awk', '{ n++ } END { print n }'] },
      input,
    );
    expect(maps[0]?.recordsOut).toBe(1_000_000);
    expect(reduces[0]).toMatchObject({ recordsIn: 1_000_000, groups: 2, recordsOut: 1 });
  }, 120_000);

  test('sort more than fits into memory, on the disk', async () => {
    const input = Array.from(
      { length: 60_000 },
      (_, i) => `${(i * 7919) % 60_000} ${'of many'.repeat(30)}`,
    ).join('\n');
    const given = {
      files: { 'a.txt': input },
      settings: { reducers: 1, memory: 16 * mebi },
    };
    const sorted = `LC_ALL=C sort -c && echo sorted`;
    const outcome = await run({ mapper: ['cat'], combiner: ['cat'], reducer: sorted }, given);
    expect(new TextDecoder().decode(outcome.parts[0])).toBe('sorted\n');
    expect(outcome.maps[0]?.spills).toBeGreaterThan(1);
  }, 120_000);

  test('count as Hadoop has it, and all else that they say goes to the log', async () => {
    const said = [
      'reporter:counter:Words,read, twice,2',
      'reporter:counter:Words,read, twice,3',
      'reporter:counter:Words,none,x',
      'reporter:status:half way',
      'good evening',
    ];
    const { maps, reduces } = await run(
      {
        mapper: said.map((line) => `echo '${line}' >&2`).join(';'),
        reducer: 'echo reporter:counter:Parts,made,1 >&2',
      },
      'x',
    );
    expect(maps[0]?.counters).toEqual({ 'Words:read, twice': 5 });
    expect(reduces[0]?.counters).toEqual({ 'Parts:made': 1 });
    expect(printed).toBe(`${said.slice(2).join('\n')}\n`);
  });

  test('find facts of their task in their environment', async () => {
    const facts = 'env | grep ^mapreduce_ | sort';
    const given = { files: { 'a.txt': 'x\ny\n' }, settings: { reducers: 2 }, splitSize: 2 };
    const { parts } = await run({ mapper: 'echo k', reducer: facts }, given);
    expect(new TextDecoder().decode(parts.find((part) => part.length > 0))).toMatch(
      /^mapreduce_job_id=.+\nmapreduce_job_reduces=2\nmapreduce_task_attempt_id=.*-reduce-0-0\nmapreduce_task_id=reduce-0\nmapreduce_task_ismap=false\nmapreduce_task_partition=0\n$/,
    );
    const found = await textOf({ mapper: facts }, { ...given, settings: { reducers: 1 } });
    expect(found).toContain('mapreduce_map_input_file=a.txt\t\n'.repeat(2));
    expect(found).toContain('mapreduce_map_input_length=2\t\n'.repeat(2));
    expect(found).toContain('mapreduce_map_input_start=0\t\nmapreduce_map_input_start=2\t\n');
    expect(found).toContain('mapreduce_task_id=map-0\t\nmapreduce_task_id=map-1\t\n');
  });

  test('are ended with all that they have started, and no note is left', async () => {
    const left = await textOf({ mapper: 'sleep 1000 & echo $!' }, 'x');
    await dead(left.trim());
    const message = await failure(run({ mapper: 'sleep 1000 & echo $! >&2; exit 1' }, 'x'));
    await dead(/(\d+)$/.exec(message)?.[1] ?? '');
    expect(readdirSync(directory)).toEqual([]);
  });
});

/** Resolves when a process is dead, whether or not somebody has waited for it. */
async function dead(pid: string): Promise<void> {
  expect(pid).toMatch(/^\d+$/);
  for (;;) {
    try {
      if (/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return;
    } catch {
      return;
    }
    await delay(10);
  }
}

describe('what fails', () => {
  test.each([
    [
      'a code and what was said',
      { mapper: 'cat >&2; exit 3' },
      /^the mapper sh -c 'cat >&2; exit 3', for a.txt, bytes 0 to 3, ended with exit code 3; the last it wrote to its standard error:\nfoo$/,
    ],
    ['a signal', { mapper: 'kill -TERM $$' }, /was ended by SIGTERM, and wrote nothing/],
    [
      'a combiner',
      { mapper: ['cat'], combiner: 'exit 4' },
      /^the combiner sh -c 'exit 4', for a.txt, bytes 0 to 3, ended with exit code 4/,
    ],
    [
      'a reducer',
      { mapper: ['cat'], reducer: ['false'] },
      /^the reducer false, for partition 0, ended with exit code 1/,
    ],
    [
      'too many counters',
      {
        mapper:
          'i=0; while [ $i -lt 1100 ]; do i=$((i+1)); echo "reporter:counter:a,$i,1" >&2; done; sleep 100',
      },
      /^counter a:1001 is one more than the 1000 that a task may have/,
    ],
    [
      'a program that is not there',
      { mapper: ['cat'], reducer: ['no such program'] },
      /^the reducer: there is no program "no such program" that may be executed on this worker's PATH$/,
    ],
    [
      'a file that may not be executed',
      { mapper: ['/etc/passwd'] },
      /^the mapper: there is no program "\/etc\/passwd" that may be executed on this worker$/,
    ],
  ])('names %s', async (_what, commands, expected) => {
    expect(await failure(run(commands, 'foo'))).toMatch(expected);
  });

  test('a line without end is one error, and no memory full of it', async () => {
    const given = { files: { 'a.txt': 'x' }, settings: { reducers: 1, memory: 16 * mebi } };
    const message = await failure(run({ mapper: ['cat', '/dev/zero'] }, given));
    expect(message).toMatch(
      /^the mapper cat \/dev\/zero, for .* wrote a line of more than 4194304 bytes/,
    );
  });

  test('one that fails early is not fed the rest', async () => {
    const input = 'a line of text\n'.repeat(400_000);
    let bytes = 0;
    const onProgress = (progress: { readonly bytes: number }): undefined => {
      ({ bytes } = progress);
    };
    const given = { files: { 'a.txt': input }, settings: { reducers: 1 }, onProgress };
    await failure(run({ mapper: 'exit 1' }, given));
    expect(bytes).toBeLessThan(input.length / 2);
  });

  test('bad records cannot be skipped', async () => {
    const given = { files: { 'a.txt': 'x' }, settings: { skipBadRecords: 1 } };
    expect(await failure(run({ mapper: ['cat'] }, given))).toMatch(
      /^bad records cannot be skipped/,
    );
  });
});
