import { describe, expect, it } from '@jest/globals';
import type { Key, Order, Value } from '@mapreduce/sdk';
import { nodeCodec, nodeDigest } from '@mapreduce/service/node';
import { MemoryDisk } from '@mapreduce/service/virtual';
import * as arbitrary from '@mapreduce/testing/arbitraries';
import fc from 'fast-check';
import { ByteWriter } from '../codec/byte-writer.ts';
import { compareBytes } from '../codec/compare.ts';
import { toHex } from '../codec/hex.ts';
import { KeyCodec } from '../codec/keys.ts';
import { encodeValue } from '../codec/values.ts';
import { FormatError, type RecordCursor, type SegmentSummary } from '../records.ts';
import { blockSize } from './block-format.ts';
import { SegmentFormat } from './segment-format.ts';

type Kind = 'zstd' | 'none' | 'json';
const kinds: readonly Kind[] = ['zstd', 'none', 'json'];
const ports = { codec: nodeCodec, digest: nodeDigest };

function formatOf(kind: Kind, order: readonly Order[] = []): SegmentFormat {
  const settings =
    kind === 'json'
      ? ({ format: 'json', compression: 'zstd' } as const)
      : ({ format: 'binary', compression: kind } as const);
  return new SegmentFormat(settings, new KeyCodec({ order }), ports);
}

/** A framed record. */
function frame(key: Key, value: Value, order: readonly Order[] = []): Uint8Array {
  const [record, part] = [new ByteWriter(), new ByteWriter()];
  new KeyCodec({ order }).encode(key, part);
  record.sized(part.bytes, 0, part.length);
  part.reset();
  encodeValue(value, part);
  record.sized(part.bytes, 0, part.length);
  return record.copy();
}

/** Writes a segment after `before` other bytes; returns the file's bytes too. */
function write(
  kind: Kind,
  records: readonly Uint8Array[],
  order: readonly Order[] = [],
): { bytes: Uint8Array; summary: SegmentSummary } {
  const disk = new MemoryDisk().sync;
  const file = disk.create('/segment');
  const writer = formatOf(kind, order).writer(file);
  for (const record of records) {
    // From within a larger array, as the engine does.
    const source = Uint8Array.of(1, 2, 3, ...(record.length < 1000 ? record : []), 4);
    if (record.length < 1000) writer.append(source, 3, 3 + record.length);
    else writer.append(record, 0, record.length);
  }
  const summary = writer.finish();
  const bytes = new Uint8Array(summary.length);
  file.read(bytes, 0);
  return { bytes, summary };
}

function cursor(
  kind: Kind,
  bytes: Uint8Array,
  records: number,
  order: readonly Order[] = [],
): RecordCursor {
  const file = new MemoryDisk().sync.create('/segment');
  const padding = new Uint8Array(5).fill(0x7b);
  file.append(padding);
  file.append(bytes);
  file.append(padding);
  const range = { offset: 5, length: bytes.length, records };
  return formatOf(kind, order).cursor(file, range, 'a test');
}

/** All records, each checked against its own parts. */
function read(found: RecordCursor): Uint8Array[] {
  const records: Uint8Array[] = [];
  const again = new ByteWriter();
  let same = true;
  while (found.next()) {
    records.push(found.bytes.slice(found.start, found.end));
    again.reset();
    again.sized(found.bytes, found.keyStart, found.keyEnd);
    again.sized(found.bytes, found.valueStart, found.valueEnd);
    const whole = compareBytes(again.bytes, 0, again.length, found.bytes, found.start, found.end);
    same &&= whole === 0 && found.valueEnd === found.end;
  }
  expect(same).toBe(true);
  expect(found.next()).toBe(false);
  return records;
}

const few = [frame('a', 1), frame('a', { __: [NaN] }), frame(['b', -1], Uint8Array.of(0, 255))];

describe.each(kinds)('a %s segment', (kind) => {
  it('gives back any records, in order, with the digest of their canonical bytes', () => {
    const pairs = fc.array(fc.tuple(arbitrary.key, arbitrary.value), { maxLength: 8 });
    const order = fc.array(fc.constantFrom<Order>('ascending', 'descending'), { maxLength: 2 });
    fc.assert(
      fc.property(pairs, order, (given, directions) => {
        const records = given.map(([key, value]) => frame(key, value, directions));
        const { bytes, summary } = write(kind, records, directions);
        expect(read(cursor(kind, bytes, records.length, directions))).toEqual(records);
        expect(summary.records).toBe(records.length);
        expect(summary.storedDigest).toEqual(nodeDigest.of(bytes));
        expect(summary.contentDigest).toEqual(nodeDigest.of(Buffer.concat(records)));
      }),
    );
  });

  it('has no bytes when it has no records, but digests', () => {
    const { summary } = write(kind, []);
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    expect(summary.length).toBe(0);
    expect(toHex(summary.storedDigest)).toBe(empty);
    expect(toHex(summary.contentDigest)).toBe(empty);
    expect(cursor(kind, new Uint8Array(0), 0).next()).toBe(false);
    expect(() => cursor(kind, new Uint8Array(0), 1).next()).toThrow('0 records instead of 1');
  });

  it('holds many blocks, and records larger than one', () => {
    const large = frame('large', 'x'.repeat(2 * blockSize));
    const exact = frame('exact', 'y'.repeat(blockSize - 15));
    const small = Array.from({ length: 30_000 }, (_, index) => frame(`key ${index}`, index));
    const records = [large, exact, ...small, large];
    const { bytes, summary } = write(kind, records);
    expect(summary.records).toBe(records.length);
    const found = read(cursor(kind, bytes, records.length));
    expect(Buffer.compare(Buffer.concat(found), Buffer.concat(records))).toBe(0);
    expect(summary.contentDigest).toEqual(nodeDigest.of(Buffer.concat(records)));
  });

  it('is refused after any single flipped bit', () => {
    const { bytes } = write(kind, few);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => cursor(kind, damaged, few.length).next()).toThrow(FormatError);
    }
  });

  it('is refused after any cut, and with anything after it', () => {
    const { bytes } = write(kind, few);
    for (let end = 0; end < bytes.length; end++) {
      const drain = () => read(cursor(kind, bytes.slice(0, end), few.length));
      expect(drain).toThrow(FormatError);
    }
    expect(() => read(cursor(kind, Uint8Array.of(...bytes, 0), few.length))).toThrow('cut off');
    // Whole blocks too many or missing.
    expect(() => read(cursor(kind, bytes, few.length + 1))).toThrow('3 records instead of 4');
    expect(() => read(cursor(kind, bytes, few.length - 1))).toThrow(FormatError);
  });

  it('is refused where its file ends early, naming file, place and reason', () => {
    const { bytes } = write(kind, few);
    const file = new MemoryDisk().sync.create('/short');
    file.append(bytes.slice(0, -1));
    const range = { offset: 0, length: bytes.length, records: few.length };
    const short = formatOf(kind).cursor(file, range, '/data/short');
    expect(() => short.next()).toThrow(/^segment at byte 0 of \/data\/short: its file ends before/);
  });
});

describe('segment formats', () => {
  it('have the same content digests and differ in what they store', () => {
    const summaries = kinds.map((kind) => write(kind, few).summary);
    expect(new Set(summaries.map(({ contentDigest }) => toHex(contentDigest))).size).toBe(1);
    const prose = frame('prose', 'word '.repeat(100));
    const stored = kinds.map((kind) => toHex(write(kind, [prose]).summary.storedDigest));
    expect(new Set(stored).size).toBe(3);
  });

  it('are not taken for each other', () => {
    const { bytes } = write('json', few);
    expect(() => cursor('none', bytes, 3).next()).toThrow('no segment of this format');
    expect(() => cursor('json', write('none', few).bytes, 3).next()).toThrow(FormatError);
  });

  it('refuse a block whose records do not fit it, whatever its checksums say', () => {
    const record = frame('a', 1);
    const wrongCount = rewrite(write('none', [record, record]).bytes, (view) => {
      view.setUint32(8 + 8, 1);
    });
    expect(() => read(cursor('none', wrongCount, 1))).toThrow('goes on after its last record');
    const beyond = rewrite(write('none', [record]).bytes, (view) => {
      view.setUint8(32 + record.length - 2, 9);
    });
    expect(() => read(cursor('none', beyond, 1))).toThrow('a record goes beyond its block');
    const unreadable = rewrite(write('none', [record]).bytes, (view) => {
      view.setUint8(32 + record.length - 2, 0xff);
    });
    expect(() => read(cursor('none', unreadable, 1))).toThrow("a record's length is unreadable");
  });

  it.each([
    [0, [3], 'the block header contradicts itself'],
    [0, [2 ** 31, 2 ** 31], 'a block of 2147483648 bytes for 1 records'],
    [0, [4000, 4000], 'a block goes beyond its segment'],
    [8, [0], 'a block of 0 records does not fit'],
    [8, [2], 'a block of 2 records does not fit'],
    [16, [2], 'the block header contradicts itself'],
    [16, [1], 'the block header contradicts itself'],
  ])('refuse a header whose number %d is %p before they read more', (at, numbers, message) => {
    const damaged = rewrite(write('none', [frame('a', 1)]).bytes, (view) => {
      numbers.forEach((number, index) => view.setUint32(8 + at + 4 * index, number));
    });
    expect(() => cursor('none', damaged, 1).next()).toThrow(message);
  });

  it('refuse what decompresses to another length', () => {
    const { bytes } = write('zstd', [frame('a', 'a'.repeat(500))]);
    for (const length of [400, 600, 2 ** 31]) {
      const damaged = rewrite(bytes, (view) => {
        view.setUint32(8 + 4, length);
      });
      expect(() => cursor('zstd', damaged, 1).next()).toThrow(FormatError);
    }
  });

  it('show records as JSON lines that can be read with cat', () => {
    const records = [
      frame('word', 3),
      frame(['k', 1, Uint8Array.of(255)], { list: [NaN, -0, -Infinity, 'x\ny'], $number: 1 }),
      frame('tagged', { $bytes: 'no bytes' }),
    ];
    const lines = Buffer.from(write('json', records).bytes).toString().split('\n');
    expect(lines).toEqual([
      '{"Format":"mapreduce segment","Version":1}',
      expect.stringMatching(/^\{"Length": +\d+,"Records": {5}3,"Crc32":"[0-9a-f]{8}"\}$/),
      '{"Key":"word","Value":3}',
      '{"Key":["k",1,{"$bytes":"/w=="}],"Value":{"list":[{"$number":"NaN"},{"$number":"-0"},' +
        '{"$number":"-Infinity"},"x\\ny"],"$number":1}}',
      '{"Key":"tagged","Value":{"$object":{"$bytes":"no bytes"}}}',
      '',
    ]);
  });
});

/** Changes a segment of one uncompressed block and makes its checksums right again. */
function rewrite(bytes: Uint8Array, change: (view: DataView) => void): Uint8Array {
  const changed = bytes.slice();
  const view = new DataView(changed.buffer);
  change(view);
  view.setUint32(8 + 12, nodeCodec.crc32(changed.subarray(32)));
  view.setUint32(8 + 20, nodeCodec.crc32(changed.subarray(8, 28)));
  return changed;
}
