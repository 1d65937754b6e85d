import { describe, expect, test } from '@jest/globals';
import type { ProgramDescription } from '@mapreduce/protocol';
import { BytesSource, splitsOf } from '@mapreduce/testing';
import fc from 'fast-check';
import { ProgressMeter } from '../progress-meter.ts';
import { RecordContext } from '../task-context.ts';
import { openInput } from './open-input.ts';
import { jsonLine, LineCalls } from './record-calls.ts';

type Reader = ProgramDescription['reader'];
type Found = readonly [offset: number, record: string];

const encoder = new TextEncoder();
const latin1 = new TextDecoder('latin1');

interface Reading {
  readonly splitSize?: number;
  readonly readSize?: number;
  readonly memory?: number;
}

/** All blocks of all splits, as [offset, bytes as latin1]. */
async function readBlocks(reader: Reader, bytes: Uint8Array, how: Reading = {}): Promise<Found[]> {
  const found: Found[] = [];
  const size = bytes.length;
  for (const split of splitsOf([{ name: 'in.txt', size }], how.splitSize ?? Infinity)) {
    const input = openInput(
      reader,
      new BytesSource(bytes, how.readSize),
      split,
      how.memory ?? 4096,
    );
    for (;;) {
      const block = await input.next();
      if (block === undefined) break;
      expect(block.offset).toBeGreaterThanOrEqual(split.start);
      found.push([block.offset, latin1.decode(block.bytes.subarray(block.start, block.end))]);
    }
  }
  return found;
}

/** All lines of all splits, as [offset, text]. */
async function readLines(bytes: Uint8Array, how: Reading = {}, maxLength = 1e9): Promise<Found[]> {
  const found: Found[] = [];
  const size = bytes.length;
  for (const split of splitsOf([{ name: 'in.txt', size }], how.splitSize ?? Infinity)) {
    const context = new RecordContext(split.name);
    const progress = new ProgressMeter(size, () => undefined);
    const calls = new LineCalls(
      (line) => found.push([context.offset, line]),
      context,
      progress,
      maxLength,
    );
    const source = new BytesSource(bytes, how.readSize);
    const input = openInput({ kind: 'lines', maxLength }, source, split, 4096);
    for (let block = await input.next(); block !== undefined; block = await input.next()) {
      calls.call(block);
    }
  }
  return found;
}

/** Lines by the plainest means. */
function naiveLines(bytes: Uint8Array): Found[] {
  const text = latin1.decode(bytes).replaceAll(/[\x80-\xff]/g, '?');
  const pieces = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  let offset = 0;
  return pieces.map((piece) => {
    const end = piece.endsWith('\r\n') ? 2 : piece.endsWith('\n') ? 1 : 0;
    const line = bytes.subarray(offset, offset + piece.length - end);
    const found = [offset, new TextDecoder('utf-8', { ignoreBOM: true }).decode(line)] as const;
    offset += piece.length;
    return found;
  });
}

const lineBytes = fc
  .array(
    fc.constantFrom(
      ...[[0x61], [0x62, 0x63], [0x0a], [0x0d, 0x0a], [0x0d], [0xc3, 0xa9], [0xff], [0x20]],
      ...[
        [0xf0, 0x9f, 0x98, 0x80],
        [0xef, 0xbb, 0xbf],
        [0xe2, 0x80],
      ],
    ),
    { maxLength: 40, size: 'max' },
  )
  .map((pieces) => new Uint8Array(pieces.flat()));

describe('lines', () => {
  test('over every cut point no line is lost, doubled or changed', async () => {
    await fc.assert(
      fc.asyncProperty(lineBytes, fc.integer({ min: 1, max: 9 }), async (bytes, readSize) => {
        const expected = naiveLines(bytes);
        for (let splitSize = 1; splitSize <= bytes.length + 1; splitSize += 1) {
          expect(await readLines(bytes, { splitSize, readSize })).toEqual(expected);
        }
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ['an empty input', '', []],
    ['a final line without an end', 'a\nb', ['a', 'b']],
    ['empty lines', '\n\n', ['', '']],
    ['CRLF', 'a\r\n\r\nb', ['a', '', 'b']],
    ['a lone CR, which is a character', 'a\rb\r', ['a\rb\r']],
    ['a byte order mark, which is a character', '\ufeffa\n', ['\ufeffa']],
  ])('%s', async (_what, text, expected) => {
    const found = await readLines(encoder.encode(text));
    expect(found.map(([, line]) => line)).toEqual(expected);
  });

  test('lines beyond one decoding are found with their offsets', async () => {
    const text = Array.from({ length: 30_000 }, (_, i) => (i % 7_000 === 0 ? 'naïve' : `${i}`));
    const bytes = encoder.encode(text.join('\n'));
    const found = await readLines(bytes, { splitSize: 50_000 });
    expect(found).toEqual(naiveLines(bytes));
  });

  test.each([0, 1, 2])(
    'a line over the limit fails with file and offset (case %i)',
    async (which) => {
      const reading = [
        () => readLines(encoder.encode(`ok\n${'x'.repeat(11)}\n`), {}, 10),
        () => readLines(encoder.encode(`ok\n${'x'.repeat(5_000)}\n`), { readSize: 100 }, 10),
        () =>
          readBlocks({ kind: 'lines' }, encoder.encode(`ok\n${'x'.repeat(5_000)}\n`), {
            memory: 400,
            readSize: 100,
          }),
      ][which];
      await expect(reading?.()).rejects.toMatchObject({
        name: 'InputError',
        position: { file: 'in.txt', offset: 3 },
        message: expect.stringContaining('byte 3 of in.txt is longer than'),
      });
    },
  );

  test('a split inside a long line reads no further than its end', async () => {
    const bytes = encoder.encode(`${'x'.repeat(1_000_000)}\ny\n`);
    let furthest = 0;
    const source = new BytesSource(bytes);
    const [, split] = splitsOf([{ name: 'in.txt', size: bytes.length }], 1_000);
    if (split === undefined) throw new Error('no split');
    const watched = {
      read: async (target: Uint8Array, position: number) => {
        furthest = Math.max(furthest, position + target.length);
        return source.read(target, position);
      },
      checkUnchanged: () => source.checkUnchanged(),
      close: () => source.close(),
    };
    expect(await openInput({ kind: 'lines' }, watched, split, 4096).next()).toBeUndefined();
    expect(furthest).toBeLessThan(20_000);
  });

  test('an input that ends before its size has changed', async () => {
    const [split] = splitsOf([{ name: 'in.txt', size: 10 }], 10);
    if (split === undefined) throw new Error('no split');
    const input = openInput({ kind: 'lines' }, new BytesSource(encoder.encode('abc')), split, 4096);
    await expect(input.next()).rejects.toThrow('in.txt ended at byte 3, but had 10 bytes');
  });
});

describe('fixed-size records', () => {
  test('over every cut point no record is lost or doubled', async () => {
    const shape = fc.record({ length: fc.integer({ min: 1, max: 7 }), count: fc.nat(12) });
    await fc.assert(
      fc.asyncProperty(shape, async ({ length, count }) => {
        const text = Array.from({ length: length * count }, (_, i) => String(i % 10)).join('');
        for (let splitSize = 1; splitSize <= text.length + 1; splitSize += 1) {
          const blocks = await readBlocks({ kind: 'fixed', length }, encoder.encode(text), {
            splitSize,
            readSize: 5,
          });
          let at = 0;
          for (const [offset, block] of blocks) {
            expect(offset).toBe(at);
            expect(block.length % length).toBe(0);
            at += block.length;
          }
          expect(blocks.map(([, block]) => block).join('')).toBe(text);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('an input that is no multiple of the length fails with file and offset', async () => {
    await expect(
      readBlocks({ kind: 'fixed', length: 4 }, encoder.encode('0123456789')),
    ).rejects.toMatchObject({
      name: 'InputError',
      position: { file: 'in.txt', offset: 8 },
      message: expect.stringContaining('10 bytes, which is no multiple of the record length 4'),
    });
  });
});

describe('whole files', () => {
  test('are one record, empty ones too', async () => {
    const reader: Reader = { kind: 'file' };
    expect(await readBlocks(reader, encoder.encode('a\nb'), { readSize: 2 })).toEqual([
      [0, 'a\nb'],
    ]);
    expect(await readBlocks(reader, new Uint8Array(0))).toEqual([[0, '']]);
  });

  test('belong to the split that holds their first byte', async () => {
    const reader: Reader = { kind: 'file' };
    expect(await readBlocks(reader, encoder.encode('abc'), { splitSize: 1 })).toEqual([[0, 'abc']]);
  });

  test('over a quarter of the memory are refused', async () => {
    await expect(
      readBlocks({ kind: 'file' }, encoder.encode('x'.repeat(100)), { memory: 396 }),
    ).rejects.toThrow('in.txt has 100 bytes; a whole file as one record may take a quarter');
  });
});

describe('NDJSON', () => {
  test('gives a value a line, and passes over blank ones', () => {
    const found: unknown[] = [];
    const call = jsonLine((value) => found.push(value), new RecordContext('in.json'));
    for (const line of ['{"a":1}', '', '  ', 'null', '"x"']) call(line);
    expect(found).toEqual([{ a: 1 }, null, 'x']);
  });

  test('names file and offset of a line that is not JSON', () => {
    const context = new RecordContext('in.json');
    context.offset = 42;
    expect(() => jsonLine(() => undefined, context)('{oops')).toThrow(
      /the line at byte 42 of in\.json is not JSON: /,
    );
  });
});
