import { describe, expect, test } from '@jest/globals';
import {
  defineJob,
  type Emit,
  fixed,
  type Key,
  type MapContext,
  ndjson,
  ndjsonWriter,
  type Value,
  wholeFile,
} from '@mapreduce/sdk';
import { aJobSettings, aPlan, aSplit, BytesSource, runProgram } from '@mapreduce/testing';
import { nodeCodec, nodeDigest } from '@mapreduce/service/node';
import { MemoryDisk } from '@mapreduce/service/virtual';
import fc from 'fast-check';
import { fromBase64 } from '../codec/base64.ts';
import { type AnyJob, ProgramError } from '../tasks.ts';
import { runSample } from './run-sample.ts';

type AnyEmit = Emit<Key, Value>;

const decoder = new TextDecoder();
/** Emits one pair, counts, and throws on a line that begins with `bad`, only then. */
const map = (line: string, emit: AnyEmit, context: MapContext) => {
  for (const word of line.split(' ')) emit(word, 1);
  context.count('lines');
  if (line.startsWith('bad')) {
    context.count('bad');
    throw new TypeError(`no ${line}`);
  }
};
const total = (_key: Key, values: Iterable<Value>) =>
  [...values].reduce<number>((sum, value) => sum + Number(value), 0);
const reduce = (key: Key, values: Iterable<Value>, emit: AnyEmit) => {
  emit(key, total(key, values));
};
const program = { map, reduce };
const skipBadRecords = 100;

async function run(job: object, text: string, settings = {}, splitSize?: number) {
  const { maps, parts } = await runProgram(job, {
    files: { 'a.txt': text },
    settings: { skipBadRecords, ...settings },
    ...(splitSize !== undefined && { splitSize }),
  });
  const skipped = maps.flatMap((manifest) => manifest.skipped);
  return { maps, skipped, text: parts.map((part) => decoder.decode(part)) };
}

describe('of a record on which map throws', () => {
  test('nothing counts, and it is told where it is, what it is, and what was thrown', async () => {
    const { maps, skipped, text } = await run(program, 'a b\nbad c\r\nb\n', { reducers: 1 });
    expect(text).toEqual(['a\t1\nb\t2\n']);
    const record = Buffer.from('bad c\r\n').toString('base64');
    expect(skipped).toEqual([{ offset: 4, length: 7, message: 'no bad c', record }]);
    expect(maps[0]).toMatchObject({ recordsIn: 3, recordsEmitted: 3, counters: { lines: 2 } });
  });

  test.each([
    ['without combine', program],
    ['with a combine', { ...program, combine: total }],
  ])('the output is that of the input without it, however it is cut: %s', async (_what, job) => {
    const line = fc.constantFrom('a b', 'bad', 'bad a b', '', 'c a a', 'bad\r', 'ä ö');
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 20 }),
        fc.integer({ min: 1, max: 30 }),
        async (lines, splitSize) => {
          const input = lines.map((text) => `${text}\n`).join('');
          const good = lines.filter((text) => !text.startsWith('bad'));
          const sound = good.map((text) => `${text}\n`).join('');
          const found = await run(job, input, {}, splitSize);
          expect(found.text).toEqual((await run(job, sound, { skipBadRecords: 0 })).text);
          let rest = input;
          for (const { offset, length, record } of found.skipped.reverse()) {
            expect(decoder.decode(fromBase64(record))).toBe(
              decoder.decode(new TextEncoder().encode(input).slice(offset, offset + length)),
            );
            rest = cut(rest, offset, length);
          }
          expect(rest).toBe(sound);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('what cannot be encoded, and a promise, are errors of the record', async () => {
    const odd = (line: string, emit: AnyEmit) => {
      emit(line, 1);
      if (line === 'encode') emit(line, undefined as never);
      return line === 'async' ? Promise.resolve() : undefined;
    };
    const job = { map: odd, reduce };
    const { skipped, text } = await run(job, 'encode\nsound\nasync\n', { reducers: 1 });
    expect(text).toEqual(['sound\t1\n']);
    expect(skipped.map(({ message }) => message)).toEqual([
      expect.stringContaining('undefined cannot be encoded'),
      expect.stringContaining('promise'),
    ]);
  });

  test('a counter that it began is taken back as well', async () => {
    const { maps } = await run(program, 'bad\nbad\n');
    expect(maps[0]?.counters).toEqual({});
  });

  test('whatever it throws is shown as far as it can be, and cut', async () => {
    const thrown = [null, Object.create(null), 'x'.repeat(5_000)];
    const job = defineJob({
      map: (line) => {
        throw thrown[Number(line)] as Error;
      },
    });
    const { skipped } = await run(job, `0\n1\n2\n`);
    expect(skipped.map(({ message }) => message)).toEqual([
      'null',
      'it threw what cannot be shown as text',
      'x'.repeat(1_024),
    ]);
  });

  test('every kind of pair that sound records emit comes through as it was emitted', async () => {
    const pairs: [Key, Value][] = [
      ['é', { b: [1, null, 'x'], a: new Uint8Array([1, 2]) }],
      [['t', 2, new Uint8Array([0, 255])], -0],
      [3.5, Number.NaN],
      [new Uint8Array([7]), true],
    ];
    const job = {
      map: (_line: string, emit: AnyEmit) => pairs.forEach(([key, value]) => emit(key, value)),
    };
    const files = { 'a.txt': 'x\ny\n' };
    const off = await runProgram(job, { files });
    const on = await runProgram(job, { files, settings: { skipBadRecords } });
    expect(on.mapData).toEqual(off.mapData);
    expect(on.maps).toEqual(off.maps);
  });
});

describe('records of other readers', () => {
  test('a line that is not JSON is skipped, and a blank one is none', async () => {
    const job = defineJob<{ k: string }>({
      reader: ndjson(),
      map: ({ k }, emit) => emit(k.toUpperCase(), 1),
      writer: ndjsonWriter(),
    });
    const lines = '{"k":"a"}\n\n{"k":\n{"k":1}\n{"k":"b"}\n';
    const { skipped, text } = await run(job, lines, { reducers: 1 });
    expect(text).toEqual(['{"key":"A","value":1}\n{"key":"B","value":1}\n']);
    expect(skipped.map(({ offset, length }) => [offset, length])).toEqual([
      [11, 6],
      [17, 8],
    ]);
    expect(skipped[0]?.message).toMatch(/the line at byte 11 of a\.txt is not JSON/);
  });

  test('records of fixed length are skipped one by one', async () => {
    const job = defineJob({
      reader: fixed(2),
      map: (record, emit: AnyEmit) => {
        if (record[0] === 120) throw new Error('x');
        emit(decoder.decode(record), 1);
      },
    });
    const { skipped, text } = await run(job, 'aaxbbbxc', { reducers: 1 }, 3);
    expect(text).toEqual(['aa\t1\nbb\t1\n']);
    expect(skipped.map(({ offset, length }) => [offset, length])).toEqual([
      [2, 2],
      [6, 2],
    ]);
  });

  test('a whole file is a record, of which the beginning is kept', async () => {
    const job = defineJob({
      reader: wholeFile(),
      map: () => {
        throw new Error('x');
      },
    });
    const [record] = (await run(job, 'y'.repeat(10_000))).skipped;
    expect(record).toMatchObject({ offset: 0, length: 10_000 });
    expect(fromBase64(record?.record ?? '')).toHaveLength(4_096);
  });

  test('lines over the limit are skipped, whether they fit into memory or not', async () => {
    const huge = 'h'.repeat(3 * 2 ** 20);
    const job = { ...program, reader: { kind: 'lines', maxLength: 5 } };
    for (const splitSize of [undefined, 2 ** 20 - 7, 2 ** 21]) {
      const input = `abcde\r\nabcdef\n${huge}\na\n${huge}`;
      const { maps, skipped, text } = await run(job, input, { reducers: 1 }, splitSize);
      expect(text).toEqual(['a\t1\nabcde\t1\n']);
      expect(skipped.map(({ offset, length }) => [offset, length])).toEqual([
        [7, 7],
        [14, huge.length + 1],
        [17 + huge.length, huge.length],
      ]);
      expect(skipped[1]?.message).toMatch(/byte 14 of a\.txt is longer than 5 bytes/);
      expect(maps.reduce((sum, { recordsIn }) => sum + recordsIn, 0)).toBe(5);
    }
  });
});

describe('an attempt fails', () => {
  test('with one more bad record than may be skipped, naming the first', async () => {
    const error = await run(program, 'a\nbad 1\nb\nbad 2\n', { skipBadRecords: 1 }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ProgramError);
    expect(error).toMatchObject({
      message:
        'more bad records than the 1 that --skip-bad-records allows; the first, at byte 2 of ' +
        'a.txt: no bad 1',
      position: { file: 'a.txt', offset: 2 },
      cause: expect.any(TypeError) as unknown,
    });
  });

  test('not with as many as may be skipped', async () => {
    const { skipped } = await run(program, 'a\nbad 1\nb\nbad 2\n', { skipBadRecords: 2 });
    expect(skipped).toHaveLength(2);
  });

  test('with the first where nothing may be skipped', async () => {
    await expect(run(program, 'a\nbad 1\n', { skipBadRecords: 0 })).rejects.toThrow(
      'map failed on the record at byte 2 of a.txt: no bad 1',
    );
  });

  test.each([
    ['combine', { combine: () => fail('by combine') }],
    ['partition', { partition: () => fail('by partition') }],
  ])('with what %s throws: that concerns a key', async (name, parts) => {
    await expect(run({ ...program, ...parts }, 'a a\n')).rejects.toThrow(`by ${name}`);
  });

  test('where what one record emits takes more than a quarter of the memory', async () => {
    const greedy = (line: string, emit: AnyEmit) => {
      try {
        for (let i = 0; i < Number(line); i += 1) emit('k', 'x'.repeat(100));
      } catch {
        // The program may not care, but what it emitted is lost.
      }
    };
    const settings = { memory: 40_000 };
    await expect(run({ map: greedy }, '50\n50\n', settings)).resolves.toBeDefined();
    await expect(run({ map: greedy }, '50\n150\n', settings)).rejects.toThrow(
      'more than 10000 bytes were emitted for one record',
    );
  });
});

test('a sample leaves out what the map leaves out', async () => {
  const bytes = new TextEncoder().encode('bad x\na b\nbad y\nc\nd\n');
  const split = aSplit({ name: 'a.txt', end: bytes.length, size: bytes.length });
  const ports = { disk: new MemoryDisk().sync, codec: nodeCodec, digest: nodeDigest };
  const sampled = await runSample(
    {
      ...{ job: program as AnyJob, settings: aJobSettings({ skipBadRecords }), split },
      ...{ plan: aPlan(), directory: '/' },
      ...{ source: new BytesSource(bytes), onProgress: () => undefined },
    },
    3,
    ports,
  );
  expect(sampled.map((key) => decoder.decode(key.subarray(1)))).toEqual(['a', 'b', 'c']);
});

function fail(message: string): never {
  throw new Error(message);
}

function cut(text: string, offset: number, length: number): string {
  const bytes = Buffer.from(text);
  return Buffer.concat([bytes.subarray(0, offset), bytes.subarray(offset + length)]).toString();
}
