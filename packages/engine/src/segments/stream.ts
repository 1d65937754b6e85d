import type { AttemptId } from '@mapreduce/protocol';
import { FormatError } from '../records.ts';
import type { SegmentClaim } from './claim.ts';
import { digestLength, merklePathLength, readCount } from './merkle.ts';

/**
 * The answer of a `segments` request: a header, then of each segment in the order of the request a
 * header of fixed length (its claim) and its stored bytes. docs/formats.md has the exact bytes.
 */

/** `MRST`, then the version, big-endian. */
const magic = Uint8Array.of(0x4d, 0x52, 0x53, 0x54, 0, 0, 0, 1);
/** magic, partition, partitions, segments. */
export const streamHeaderLength = 20;

const attemptLength = 64;
/** map, attempt, length, records, both digests; the path follows. */
const fixedLength = 4 + attemptLength + 16 + 2 * digestLength;

/** Names one segment of an answer. */
export interface SegmentName {
  readonly map: number;
  readonly attempt: AttemptId;
}

/** Bytes of every segment's header where a map has `partitions` partitions. */
export function segmentHeaderLength(partition: number, partitions: number): number {
  return fixedLength + merklePathLength(partition, partitions) * digestLength;
}

/** Bytes of the whole answer, for Content-Length. */
export function segmentStreamLength(
  partition: number,
  partitions: number,
  lengths: Iterable<number>,
): number {
  const header = segmentHeaderLength(partition, partitions);
  let total = streamHeaderLength;
  for (const length of lengths) total += header + length;
  return total;
}

/** What an answer begins with. */
export interface StreamHeader {
  readonly partition: number;
  readonly partitions: number;
  readonly segments: number;
}

export function encodeStreamHeader(header: StreamHeader): Uint8Array {
  const bytes = new Uint8Array(streamHeaderLength);
  const view = new DataView(bytes.buffer);
  bytes.set(magic);
  view.setUint32(8, header.partition);
  view.setUint32(12, header.partitions);
  view.setUint32(16, header.segments);
  return bytes;
}

/** Throws `FormatError` unless the bytes are exactly the header that is expected. */
export function checkStreamHeader(bytes: Uint8Array, expected: StreamHeader): void {
  const wanted = encodeStreamHeader(expected);
  if (wanted.some((byte, index) => byte !== bytes[index])) {
    throw new FormatError('the answer is no segment stream of this version for this request');
  }
}

/** What comes before a segment's bytes. */
export function encodeSegmentHeader(name: SegmentName, claim: SegmentClaim): Uint8Array {
  const bytes = new Uint8Array(segmentHeaderLength(claim.partition, claim.partitions));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, name.map);
  // Attempt ids are ASCII; what is left of their field stays zero.
  for (let index = 0; index < name.attempt.length; index++) {
    bytes[4 + index] = name.attempt.charCodeAt(index);
  }
  const at = 4 + attemptLength;
  view.setBigUint64(at, BigInt(claim.length));
  view.setBigUint64(at + 8, BigInt(claim.records));
  bytes.set(claim.storedDigest, at + 16);
  bytes.set(claim.contentDigest, at + 16 + digestLength);
  bytes.set(claim.path, fixedLength);
  return bytes;
}

/** The claim of a segment's header. Throws `FormatError` unless it names the segment expected. */
export function decodeSegmentHeader(
  bytes: Uint8Array,
  expected: SegmentName,
  partition: number,
  partitions: number,
): SegmentClaim {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let same = view.getUint32(0) === expected.map;
  for (let index = 0; index < attemptLength; index++) {
    const unit = index < expected.attempt.length ? expected.attempt.charCodeAt(index) : 0;
    same &&= bytes[4 + index] === unit;
  }
  if (!same) {
    throw new FormatError(
      `the stream names another segment than that of map ${expected.map} (${expected.attempt})`,
    );
  }
  const at = 4 + attemptLength;
  return {
    partition,
    partitions,
    length: readCount(view, at),
    records: readCount(view, at + 8),
    storedDigest: bytes.slice(at + 16, at + 16 + digestLength),
    contentDigest: bytes.slice(at + 16 + digestLength, fixedLength),
    path: bytes.slice(fixedLength),
  };
}
