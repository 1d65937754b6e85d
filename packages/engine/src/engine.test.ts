import { describe, expect, test } from '@jest/globals';
import {
  defineJob,
  type Emit,
  fixed,
  fixedWriter,
  type Key,
  ndjson,
  ndjsonWriter,
  rangePartition,
  scanWords,
  sum,
  sumValues,
  type Value,
  wholeFile,
  words,
} from '@mapreduce/sdk';
import { nodeDigest } from '@mapreduce/service/node';
import { MemoryDisk, type ProgramRun, runProgram } from '@mapreduce/testing';
import { ByteWriter } from './codec/byte-writer.ts';
import { toBase64 } from './codec/base64.ts';
import { toHex } from './codec/hex.ts';
import { KeyCodec } from './codec/keys.ts';
import { ProgramError } from './tasks.ts';

type AnyEmit = Emit<Key, Value>;

const mebi = 2 ** 20;
const wordcount = defineJob({
  map: (line, emit) => {
    for (const word of words(line)) emit(word, 1);
  },
  combine: (_word, counts) => sum(counts),
  reduce: (word, counts, emit) => emit(word, sum(counts)),
});
const text = 'the cat sat\nthe naïve dog; THE cat\r\n\nend';
const counted = ['THE\t1', 'cat\t2', 'dog\t1', 'end\t1', 'naïve\t1', 'sat\t1', 'the\t2'];

async function linesOf(program: object, run: ProgramRun): Promise<string[]> {
  const { parts } = await runProgram(program, run);
  return parts.flatMap((part) => new TextDecoder().decode(part).split('\n')).filter(Boolean);
}

describe('word count', () => {
  const { map, reduce } = wordcount;
  const mapBlock = defineJob({
    mapBlock: (block, emit) =>
      scanWords(block, (source, start, end) => emit.text(source, start, end, 1)),
    combine: sumValues,
    reduce: (word, counts, emit) => emit(word, sum(counts)),
  });
  const allWords = defineJob({
    mapBlock: (block, emit) => emit.words(block, 1),
    combine: sumValues,
    reduce: (word, counts, emit) => emit(word, sum(counts)),
  });
  test.each([
    ['with combine', wordcount],
    ['with a combine that is known to add', { ...wordcount, combine: sumValues }],
    ['without combine', { map, reduce }],
    ['of blocks', mapBlock],
    ['of blocks with a combine of its own', { ...mapBlock, combine: wordcount.combine }],
    ['of blocks without combine', { ...mapBlock, combine: undefined }],
    ['of blocks, descending', { ...mapBlock, order: ['descending'] }],
    ['of all words of blocks', allWords],
    [
      'of all words of blocks with a combine of its own',
      { ...allWords, combine: wordcount.combine },
    ],
    ['of all words of blocks without combine', { ...allWords, combine: undefined }],
    ['of all words of blocks, descending', { ...allWords, order: ['descending'] }],
  ])('%s', async (_what, program) => {
    for (const splitSize of [3, 1_000]) {
      const found = await linesOf(program, { files: { 'a.txt': text }, splitSize });
      expect(found.sort()).toEqual(counted);
    }
  });

  test('equals one in a plain Map when there are more keys and values than fit', async () => {
    const counts = new Map<string, number>();
    const lines: string[] = [];
    for (let i = 0; i < 60_000; i += 1) {
      const word = `${'abcdefghij'.slice(0, 1 + (i % 9))}${'x'.repeat((i * i) % 977)}`.slice(0, 40);
      lines.push(word);
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    const files = { 'a.txt': lines.join('\n') };
    for (const program of [wordcount, allWords]) {
      for (const memory of [20_000, mebi]) {
        const found = await linesOf(program, { files, settings: { memory } });
        expect(new Map(found.map((line) => line.split('\t') as [string, string]))).toEqual(
          new Map([...counts].map(([word, count]) => [word, String(count)])),
        );
      }
    }
  });
});

test('keys that trouble objects and integers are keys like any other', async () => {
  const keys = ['__proto__', 'constructor', '1', '01', '', '😀', 'é'];
  const program = defineJob({
    map: (_line, emit: AnyEmit) => {
      for (const key of keys) emit(key, 1);
      emit(1, 1);
    },
    combine: (_key, values) => [...values].length,
    reduce: (key, values, emit) => emit(key, [...values]),
    writer: ndjsonWriter(),
  });
  const found = await linesOf(program, { files: { 'a.txt': 'x' }, settings: { reducers: 1 } });
  expect(found).toEqual(
    [1, '', '01', '1', '__proto__', 'constructor', 'é', '😀'].map((key) =>
      JSON.stringify({ key, value: [1] }),
    ),
  );
});

test.each(['map', 'mapBlock'])(
  'a combine of %s may turn numbers into something else',
  async (kind) => {
    // Counts in unary once there are ten: a key has numbers first, then strings, then both.
    const combine = (_key: Key, values: Iterable<Value>) => {
      let total = 0;
      for (const value of values) total += typeof value === 'string' ? value.length : Number(value);
      return total < 10 ? total : 'x'.repeat(total);
    };
    const emitAll = (emit: AnyEmit) => {
      for (let i = 0; i < 200; i += 1) emit(`key-${i % 3}`, i % 50 === 0 ? 'x' : 1);
    };
    const { parts, maps } = await runProgram(
      {
        ...(kind === 'map'
          ? { map: (_line: string, emit: AnyEmit) => emitAll(emit) }
          : {
              mapBlock: (_block: Uint8Array, emit: { pair: AnyEmit }) =>
                emitAll((key, value) => emit.pair(key, value)),
            }),
        combine,
        reduce: (key: Key, values: Iterable<Value>, emit: AnyEmit) =>
          emit(key, combine(key, values)),
      },
      { files: { a: 'x' }, settings: { memory: 2_000, reducers: 1 } },
    );
    const expected = [67, 67, 66].map((count, i) => `key-${i}\t${'x'.repeat(count)}\n`);
    expect(new TextDecoder().decode(parts[0])).toBe(expected.join(''));
    expect(maps[0]?.recordsEmitted).toBe(200);
  },
);

test('a string goes to the partition of the Go original', async () => {
  // ihash("a") = 1678518572, ihash("the") = 873378332, ihash("é") = 513665217, of 7 partitions.
  const { parts } = await runProgram(wordcount, {
    files: { 'a.txt': 'a the é' },
    settings: { reducers: 7 },
  });
  const place = (key: string) =>
    parts.findIndex((part) => new TextDecoder().decode(part).includes(`${key}\t`));
  expect(['a', 'the', 'é'].map(place)).toEqual([1678518572 % 7, 873378332 % 7, 513665217 % 7]);
});

test('values of a key come in input order, whatever the memory: the same output bytes', async () => {
  const program = defineJob({
    map: (line, emit: AnyEmit, { file, offset }) => {
      for (const word of words(line)) emit(word, `${file}:${offset}`);
    },
    reduce: (word, places, emit) => emit(word, [...(places as Iterable<string>)].join(' ')),
  });
  const line = (i: number) => `${'abcdefgh'.charAt(i % 8)} common ${'xyz'.charAt((i * i) % 3)}\n`;
  const files = Object.fromEntries(
    [0, 1].map((file) => [
      `${file}`,
      Array.from({ length: 4_000 }, (_, i) => line(i + file)).join(''),
    ]),
  );
  const runs = [32 * mebi, 1024 * mebi, 40_000].map((memory) =>
    runProgram(program, { files, splitSize: 20_000, settings: { memory } }),
  );
  const [small, large, tiny] = await Promise.all(runs);
  // Not the bytes: where they differ, it would take minutes to say how.
  const digests = (run: typeof small) => run?.parts.map((part) => toHex(nodeDigest.of(part)));
  expect(digests(small)).toEqual(digests(large));
  expect(digests(tiny)).toEqual(digests(large));
  expect(tiny?.maps.some(({ spills }) => spills > 1)).toBe(true);
});

test('a second run gives the same bytes: float sums, content roots and data files', async () => {
  const program = defineJob({
    map: (line, emit) => {
      for (const word of words(line)) emit(word, 1 / (1 + line.length));
    },
    combine: (_word, values) => sum(values),
    reduce: (word, values, emit) => emit(word, sum(values)),
  });
  const body = Array.from({ length: 5_000 }, (_, i) => `${'w'.repeat(1 + (i % 50))} common`);
  const run = {
    files: { 'a.txt': body.join('\n') },
    splitSize: 30_000,
    settings: { memory: 10_000 },
  };
  const first = await runProgram(program, run);
  expect(await runProgram(program, run)).toEqual(first);
  expect(first.maps[0]?.spills).toBeGreaterThan(0);
});

test('content roots do not depend on format or compression', async () => {
  const roots = [];
  for (const settings of [
    { format: 'binary', compression: 'zstd' },
    { format: 'binary', compression: 'none' },
    { format: 'json', compression: 'none' },
  ] as const) {
    const { maps } = await runProgram(wordcount, { files: { 'a.txt': text }, settings });
    roots.push(maps.map(({ contentRoot }) => contentRoot));
  }
  expect(roots[1]).toEqual(roots[0]);
  expect(roots[2]).toEqual(roots[0]);
});

test('a range partitioner puts what is below bound i into part i', async () => {
  const keys = new KeyCodec({ order: [] });
  const bounds = ['d', 'm'].map((bound) => {
    const writer = new ByteWriter();
    keys.encode(bound, writer);
    return toBase64(writer.copy());
  });
  const program = { ...wordcount, partition: rangePartition() };
  const { parts } = await runProgram(program, {
    files: { 'a.txt': 'z m a d c l' },
    settings: { reducers: 3 },
    bounds,
  });
  const words = parts.map((part) => new TextDecoder().decode(part).replaceAll(/\t1\n/g, ''));
  expect(words).toEqual(['ac', 'dl', 'mz']);
});

test('fixed-size records are sorted and copied without reduce', async () => {
  const program = defineJob<Uint8Array, Uint8Array, Uint8Array>({
    reader: fixed(4),
    mapBlock: (block, emit) => {
      for (let at = 0; at < block.length; at += 4) emit.bytes(block, at, at + 1, at + 1, at + 4);
    },
    writer: fixedWriter(4),
  });
  const { parts, reduces } = await runProgram(program, {
    files: { a: 'z111a222m333', b: 'a444' },
    splitSize: 5,
    settings: { reducers: 1 },
  });
  expect(parts.map((part) => new TextDecoder().decode(part))).toEqual(['a222a444m333z111']);
  expect(reduces[0]).toMatchObject({ recordsIn: 4, recordsOut: 4 });
});

test('whole files and NDJSON reach map as what their readers say', async () => {
  const whole = defineJob({
    reader: wholeFile(),
    map: ({ file, bytes }, emit) => emit(file, bytes.length),
  });
  expect(await linesOf(whole, { files: { 'b.txt': 'xyz', 'a.txt': '' } })).toEqual(
    expect.arrayContaining(['a.txt\t0', 'b.txt\t3']),
  );
  const json = defineJob({
    reader: ndjson<{ readonly page: string }>(),
    map: ({ page }, emit) => emit(page, 1),
    reduce: (page, counts, emit) => emit(page, sum(counts)),
  });
  expect(await linesOf(json, { files: { a: '{"page":"x"}\n\n{"page":"x"}' } })).toEqual(['x\t2']);
});

test('a range partitioner that saw no key at all puts everything into the first part', async () => {
  const program = { ...wordcount, partition: rangePartition() };
  const run = { files: { a: 'b a' }, settings: { reducers: 3 }, bounds: [] };
  const { parts } = await runProgram(program, run);
  expect(parts.map(({ length }) => length > 0)).toEqual([true, false, false]);
});

test.each([['__proto__'], ['']])('a counter cannot be called %j', async (name) => {
  const program = defineJob({ map: (_line, _emit, context) => context.count(name) });
  await expect(runProgram(program, { files: { a: 'x' } })).rejects.toThrow('counter');
});

test('counters count what tasks counted', async () => {
  const program = defineJob({
    map: (line, emit, context) => {
      context.count('lines');
      emit(line, 1);
    },
    reduce: (line, counts, emit, context) => {
      context.count('bytes', line.length);
      emit(line, sum(counts));
    },
  });
  const { maps, reduces } = await runProgram(program, {
    files: { a: 'x\nyy\nx' },
    settings: { reducers: 1 },
  });
  expect(maps[0]).toMatchObject({ counters: { lines: 3 }, recordsIn: 3, recordsEmitted: 3 });
  expect(reduces[0]).toMatchObject({ counters: { bytes: 3 }, groups: 2, recordsIn: 3 });
});

describe('a program that fails', () => {
  const failing = (map: (line: string, emit: AnyEmit) => void) => async () =>
    runProgram({ map, combine: undefined }, { files: { 'a.txt': 'ok\nbad\n' } });

  test('is named with its own error, the file and the offset', async () => {
    const own = new TypeError('no such thing');
    const run = failing((line) => {
      if (line === 'bad') throw own;
    });
    await expect(run()).rejects.toMatchObject({
      name: 'ProgramError',
      message: 'map failed on the record at byte 3 of a.txt: no such thing',
      cause: own,
      position: { file: 'a.txt', offset: 3 },
    });
  });

  test.each<[string, (line: string, emit: AnyEmit) => unknown, string]>([
    ['a value', (_, emit) => emit('k', [undefined as never]), 'value[0]: undefined cannot be enc'],
    ['a key', (_, emit) => emit(null as never, 1), 'key: null cannot be a key'],
    ['a lone surrogate', (_, emit) => emit('\ud800', 1), 'lone surrogate'],
    ['a promise', () => Promise.resolve(), 'returned a promise'],
    [
      'a thrown string',
      () => {
        throw 'text' as unknown as Error;
      },
      ': text',
    ],
  ])('for %s', async (_what, map, message) => {
    const run = failing(map);
    await expect(run()).rejects.toThrow(message);
    await expect(run()).rejects.toMatchObject({ position: { file: 'a.txt', offset: 0 } });
  });

  test('for a partition that is none', async () => {
    const program = { map: (line: string, emit: AnyEmit) => emit(line, 1), partition: () => 7 };
    await expect(runProgram(program, { files: { a: 'x' } })).rejects.toThrow(
      'partition returned 7 for the key x; expected an integer from 0 to 1 (at byte 0 of a)',
    );
  });

  test('though it catches what emit threw half way', async () => {
    const program = {
      partition: (key: string) => (key === 'bad' ? -1 : 0),
      map: (line: string, emit: AnyEmit) => {
        try {
          emit(line, 1);
        } catch {
          // The program thinks it knows better.
        }
      },
    };
    for (const combine of [undefined, () => 1]) {
      const run = runProgram({ ...program, combine }, { files: { a: 'ok\nbad\nok' } });
      await expect(run).rejects.toThrow('partition returned -1');
    }
  });

  test('when it emits from combine, or after the task', async () => {
    let leaked: AnyEmit = () => undefined;
    const program = {
      map: (line: string, emit: AnyEmit) => {
        leaked = emit;
        for (let i = 0; i < 100; i += 1) emit(line, 1);
      },
      combine: (_key: Key, values: Iterable<number>) => {
        leaked('x', 1);
        return sum(values);
      },
    };
    await expect(runProgram(program, { files: { a: 'x' } })).rejects.toThrow(
      'combine failed: emit was called by combine',
    );
    await runProgram({ map: program.map }, { files: { a: 'x' } });
    expect(() => leaked('x', 1)).toThrow('emit was called after the task had ended');
  });

  test('when it emits from partition', async () => {
    let leaked: AnyEmit = () => undefined;
    const program = {
      map: (line: string, emit: AnyEmit) => (leaked = emit)(line, 1),
      partition: () => {
        leaked('y', 1);
        return 0;
      },
    };
    for (const combine of [undefined, () => 1]) {
      const run = runProgram({ ...program, combine }, { files: { a: 'x' } });
      await expect(run).rejects.toThrow('emit was called by partition');
    }
  });

  test('for a pair that does not fit', async () => {
    const run = runProgram(
      { map: (line: string, emit: AnyEmit) => emit('k', line.repeat(1_000)) },
      { files: { a: '0123456789' }, settings: { memory: 10_000 } },
    );
    await expect(run).rejects.toThrow('a pair of 10008 bytes was emitted; at most 5000 bytes');
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('no');
      },
      'reduce failed for the key "x" of partition 1: no',
    ],
    ['returns a promise', () => Promise.resolve(), 'returned a promise'],
    ['emits a line feed', (_k: Key, _v: unknown, emit: AnyEmit) => emit('a\nb', 1), 'line feed'],
    ['emits a tab', (_k: Key, _v: unknown, emit: AnyEmit) => emit('a\tb', 1), 'holds a tab'],
  ])('in a reduce that %s', async (_what, reduce, message) => {
    const program = { map: (line: string, emit: AnyEmit) => emit(line, 1), reduce };
    await expect(runProgram(program, { files: { a: 'x' } })).rejects.toThrow(message);
    await expect(runProgram(program, { files: { a: 'x' } })).rejects.toBeInstanceOf(ProgramError);
  });
});

describe('the values of a key', () => {
  const run = async (reduce: unknown, files: ProgramRun['files'] = { a: 'x 1\nx 2\nx 3\ny 4' }) =>
    linesOf(
      {
        map: (line: string, emit: AnyEmit) => emit(line.split(' ')[0] ?? '', Number(line.slice(2))),
        reduce,
      },
      { files, settings: { reducers: 1 } },
    );

  test('may be left unread, or half read', async () => {
    const first = (key: Key, [value = 0]: Iterable<number>, emit: AnyEmit) => emit(key, value);
    expect(await run(first)).toEqual(['x\t1', 'y\t4']);
    expect(await run((key: Key, _: unknown, emit: AnyEmit) => emit(key, 0))).toEqual([
      'x\t0',
      'y\t0',
    ]);
  });

  test('can be read once', async () => {
    const twice = (_: Key, values: Iterable<number>) => sum(values) + sum(values);
    await expect(run(twice)).rejects.toThrow('can be read once');
  });

  test('are gone after the call', async () => {
    let kept: Iterable<number> = [];
    await run((_: Key, values: Iterable<number>) => {
      kept = values;
    });
    expect(() => [...kept]).toThrow('read after reduce had returned');
  });

  test('are iterated lazily: a million of them take no memory to speak of', async () => {
    const { parts, reduces } = await runProgram(
      {
        map: (line: string, emit: AnyEmit) => {
          for (let i = 0; i < 250_000; i += 1) emit(line, i);
        },
        reduce: (key: Key, values: Iterable<number>, emit: AnyEmit) => emit(key, sum(values)),
      },
      { files: { a: 'k\n'.repeat(4) }, settings: { memory: 4 * mebi, reducers: 1 } },
    );
    expect(new TextDecoder().decode(parts[0])).toBe(`k\t${(4 * 250_000 * 249_999) / 2}\n`);
    expect(reduces[0]?.recordsIn).toBe(1_000_000);
  });
});

test('secondary sort groups by the first element and orders by all', async () => {
  const program = defineJob({
    map: (line, emit: Emit<readonly [string, number], string>) => {
      const [name = '', time = '', text = ''] = line.split(' ');
      emit([name, Number(time)], text);
    },
    order: ['ascending', 'descending'],
    group: 1,
    reduce: ([name, newest], [latest = ''], emit) => emit(name, `${newest} ${latest}`),
  });
  const files = { a: 'b 1 old\na 5 five\nb 20 new', b: 'a 40 forty\na -1 minus\nb 3 mid' };
  expect(await linesOf(program, { files, settings: { reducers: 1 } })).toEqual([
    'a\t40 forty',
    'b\t20 new',
  ]);
});

test('spills and partial merges leave nothing behind', async () => {
  const disk = new MemoryDisk();
  const body = Array.from(
    { length: 3_000 },
    (_, i) => `${'abcdefghij'.slice(i % 9)}${'y'.repeat(i % 70)} x`,
  ).join('\n');
  const { maps } = await runProgram(wordcount, {
    files: { a: body },
    settings: { memory: 20_000, reducers: 1 },
    splitSize: 5_000,
    disk: disk.sync,
  });
  expect(maps[0]?.spills).toBeGreaterThan(0);
  expect(await disk.async.list('/maps/0')).toEqual(['data', 'index']);
  expect(await disk.async.list('/reduces/0')).toEqual(['out']);
});
