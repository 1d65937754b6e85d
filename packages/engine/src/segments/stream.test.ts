import { describe, expect, it } from '@jest/globals';
import { nodeCodec, nodeDigest } from '@mapreduce/service/node';
import fc from 'fast-check';
import { FormatError, type SegmentSummary } from '../records.ts';
import { MapIndex } from './index-file.ts';
import {
  encodeSegmentHeader,
  encodeStreamHeader,
  segmentHeaderLength,
  segmentStreamLength,
} from './stream.ts';
import { type ExpectedStream, SegmentStreamParser, StreamError } from './stream-parser.ts';

const ports = { codec: nodeCodec, digest: nodeDigest };
const partition = 1;
const partitions = 3;

/** What maps hold in partition 1, in map order; the second has nothing there. */
const stored = ['first', '', 'third segment'].map((text) => new TextEncoder().encode(text));

function summary(bytes: Uint8Array): SegmentSummary {
  const digest = nodeDigest.of(bytes);
  const length = bytes.length;
  return { records: length, length, storedDigest: digest, contentDigest: nodeDigest.of(digest) };
}

const indexes = stored.map((bytes, map) =>
  MapIndex.build('binary', [summary(Uint8Array.of(map)), summary(bytes), summary(bytes)], ports),
);

const expected: ExpectedStream = {
  partition,
  partitions,
  segments: indexes.map((index, map) => ({
    map: map * 7,
    attempt: `1-1-5f3a9c21-map-${map * 7}-0`,
    storedRoot: index.storedRoot,
  })),
};

function stream(): Uint8Array {
  const pieces = [encodeStreamHeader({ partition, partitions, segments: stored.length })];
  expected.segments.forEach((name, map) => {
    const claim = indexes[map]?.claim(partition);
    if (claim === undefined) throw new Error('no such map');
    pieces.push(encodeSegmentHeader(name, claim), stored[map] ?? new Uint8Array());
  });
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

/** Parses the stream in these pieces; returns each segment's bytes. */
function parse(chunks: Iterable<Uint8Array>, asked = expected): Uint8Array[] {
  const parser = new SegmentStreamParser(asked, nodeDigest);
  const open = new Map<number, number[]>();
  const ended: Uint8Array[] = [];
  for (const chunk of chunks) {
    for (const event of parser.push(chunk)) {
      if (event.kind === 'begin') open.set(event.segment, []);
      else if (event.kind === 'data') open.get(event.segment)?.push(...event.bytes);
      else {
        expect(event.segment).toBe(ended.length);
        ended.push(Uint8Array.from(open.get(event.segment) ?? []));
      }
    }
  }
  parser.finish();
  return ended;
}

describe('segment stream', () => {
  it('has the length announced', () => {
    const lengths = stored.map((bytes) => bytes.length);
    expect(segmentStreamLength(partition, partitions, lengths)).toBe(stream().length);
    expect(segmentHeaderLength(0, 1)).toBe(148);
    expect(segmentHeaderLength(0, 100_000)).toBe(148 + 17 * 32);
  });

  it('is read the same however it is cut into pieces', () => {
    const bytes = stream();
    expect(parse([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(stored);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
        const ends = [...cuts.sort((a, b) => a - b), bytes.length];
        expect(parse(ends.map((end, index) => bytes.slice(ends[index - 1] ?? 0, end)))).toEqual(
          stored,
        );
      }),
    );
  });

  it('is refused after any cut, and with anything after it', () => {
    const bytes = stream();
    for (let end = 0; end < bytes.length; end++) {
      expect(() => parse([bytes.slice(0, end)])).toThrow('ended early');
    }
    expect(() => parse([bytes, Uint8Array.of(0)])).toThrow('goes on after its last segment');
  });

  it('is refused after any flipped bit, with the segment at fault', () => {
    const bytes = stream();
    const header = segmentHeaderLength(partition, partitions);
    const ends = [20 + header + 5, 20 + 2 * header + 5, bytes.length];
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      try {
        parse([damaged]);
        throw new Error(`bit ${bit} was not noticed`);
      } catch (error) {
        expect(error).toBeInstanceOf(StreamError);
        expect(error).toBeInstanceOf(FormatError);
        expect((error as StreamError).segment).toBe(ends.findIndex((end) => bit >> 3 < end));
      }
    }
  });

  it('is refused for a length beyond what a number holds, though it hashes to the same leaf', () => {
    const bytes = stream();
    const second = 20 + segmentHeaderLength(partition, partitions) + 5;
    // 2^64 - 1 rounds to 2^64, whose low 64 bits are the true length of the empty segment.
    bytes.fill(0xff, second + 68, second + 76);
    expect(() => parse([bytes])).toThrow('is no count or length');
  });

  it('is refused as an answer to another question', () => {
    const [first, second, third] = expected.segments;
    if (first === undefined || second === undefined || third === undefined) throw new Error();
    const asked = (segments: ExpectedStream['segments']) => ({ ...expected, segments });
    const wrong: ExpectedStream[] = [
      { ...expected, partition: 0 },
      { ...expected, partition: 2 },
      { ...expected, partitions: 4 },
      asked([first, second]),
      asked([second, first, third]),
      asked([{ ...first, attempt: '1-1-5f3a9c21-map-0-1' }, second, third]),
      asked([{ ...first, attempt: '1-1-5f3a9c21-map-0-00' }, second, third]),
      asked([{ ...first, map: 1 }, second, third]),
      asked([{ ...first, storedRoot: third.storedRoot }, second, third]),
    ];
    for (const question of wrong) expect(() => parse([stream()], question)).toThrow(StreamError);
  });

  it('reveals no length before the header is proved', () => {
    const bytes = stream();
    const parser = new SegmentStreamParser(expected, nodeDigest);
    const header = 20 + segmentHeaderLength(partition, partitions);
    expect([...parser.push(bytes.slice(0, header - 1))]).toEqual([]);
    bytes[20 + 75] = 200;
    expect(() => [...parser.push(bytes.slice(header - 1, header))]).not.toThrow();
    const other = new SegmentStreamParser(expected, nodeDigest);
    expect(() => [...other.push(bytes.slice(0, header))]).toThrow('not what its attempt reported');
  });
});
