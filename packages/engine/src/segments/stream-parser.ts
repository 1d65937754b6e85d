import type { Digest, Hash } from '@mapreduce/service';
import { equalBytes } from '../codec/compare.ts';
import { FormatError } from '../records.ts';
import { type SegmentClaim, verifyClaim } from './claim.ts';
import {
  checkStreamHeader,
  decodeSegmentHeader,
  segmentHeaderLength,
  type SegmentName,
  streamHeaderLength,
} from './stream.ts';

/** A segment that was asked for, and the root that proves it. */
export interface ExpectedSegment extends SegmentName {
  readonly storedRoot: Uint8Array;
}

/** What was asked of a holder. */
export interface ExpectedStream {
  readonly partition: number;
  readonly partitions: number;
  /** In the order of the request. */
  readonly segments: readonly ExpectedSegment[];
}

/**
 * What happens in a stream, in this order for each segment: `begin`, any number of `data`, `end`.
 * `segment` is its place in the request. Data may be used once its `end` came.
 */
export type StreamEvent =
  | { readonly kind: 'begin'; readonly segment: number; readonly claim: SegmentClaim }
  /** A part of the chunk that was pushed; valid until the next is. */
  | { readonly kind: 'data'; readonly segment: number; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly segment: number; readonly claim: SegmentClaim };

/** A stream that is not what was asked for, or damaged. */
export class StreamError extends FormatError {
  /** The segment at fault, by its place in the request; those before it have ended well. */
  readonly segment: number;

  constructor(segment: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.segment = segment;
  }
}

/**
 * Reads a segment stream in whatever pieces it arrives. A segment's header is proved against its
 * stored root before its length is believed, and its bytes against the digest that the header
 * proved. After an error the parser must not be used again.
 */
export class SegmentStreamParser {
  readonly #expected: ExpectedStream;
  readonly #digest: Digest;
  /** The header that is being gathered, and how much of it is here. */
  #header = new Uint8Array(streamHeaderLength);
  #gathered = 0;
  /** Place of the current segment; -1 before the stream's own header. */
  #segment = -1;
  #claim: SegmentClaim | undefined;
  #hash: Hash | undefined;
  /** Bytes of the current segment that are still to come. */
  #left = 0;

  constructor(expected: ExpectedStream, digest: Digest) {
    this.#expected = expected;
    this.#digest = digest;
  }

  /** Reads the next piece. Iterate to the end. Throws `StreamError`. */
  *push(chunk: Uint8Array): Generator<StreamEvent, void, undefined> {
    let at = 0;
    while (at < chunk.length) {
      if (this.#claim === undefined) {
        at = this.#gather(chunk, at);
        if (this.#gathered === this.#header.length) yield* this.#beginSegment();
      } else {
        const bytes = chunk.subarray(at, at + this.#left);
        this.#hash?.update(bytes);
        this.#left -= bytes.length;
        at += bytes.length;
        yield { kind: 'data', segment: this.#segment, bytes };
        yield* this.#endSegment(this.#claim);
      }
    }
  }

  /** Must be called at the stream's end. Throws `StreamError` if it came too early. */
  finish(): void {
    if (this.#segment < this.#expected.segments.length) {
      throw this.#error('the segment stream ended early');
    }
  }

  #gather(chunk: Uint8Array, at: number): number {
    if (this.#segment === this.#expected.segments.length) {
      throw this.#error('the segment stream goes on after its last segment');
    }
    const bytes = chunk.subarray(at, at + this.#header.length - this.#gathered);
    this.#header.set(bytes, this.#gathered);
    this.#gathered += bytes.length;
    return at + bytes.length;
  }

  *#beginSegment(): Generator<StreamEvent, void, undefined> {
    this.#gathered = 0;
    const { partition, partitions, segments } = this.#expected;
    const expected = segments[this.#segment];
    if (expected === undefined) {
      this.#checkStream();
      this.#segment = 0;
      this.#header = new Uint8Array(segmentHeaderLength(partition, partitions));
      return;
    }
    const claim = this.#claimOf(expected);
    this.#claim = claim;
    this.#hash = this.#digest.start();
    this.#left = claim.length;
    yield { kind: 'begin', segment: this.#segment, claim };
    yield* this.#endSegment(claim);
  }

  #checkStream(): void {
    const { partition, partitions, segments } = this.#expected;
    try {
      checkStreamHeader(this.#header, { partition, partitions, segments: segments.length });
    } catch (error) {
      throw this.#error(error instanceof Error ? error.message : 'unreadable header');
    }
  }

  #claimOf(expected: ExpectedSegment): SegmentClaim {
    const { partition, partitions } = this.#expected;
    let claim: SegmentClaim;
    try {
      claim = decodeSegmentHeader(this.#header, expected, partition, partitions);
    } catch (error) {
      throw this.#error(error instanceof Error ? error.message : 'unreadable header');
    }
    if (!verifyClaim(claim, expected.storedRoot, this.#digest)) {
      throw this.#error(
        `the segment of map ${expected.map} (${expected.attempt}) is not what its attempt reported`,
      );
    }
    return claim;
  }

  /** Ends the current segment when all of its bytes are here. */
  *#endSegment(claim: SegmentClaim): Generator<StreamEvent, void, undefined> {
    if (this.#left > 0 || this.#hash === undefined) return;
    const found = this.#hash.digest();
    const wanted = claim.storedDigest;
    if (!equalBytes(found, 0, found.length, wanted, 0, wanted.length)) {
      const name = this.#expected.segments[this.#segment];
      throw this.#error(
        `the bytes of the segment of map ${name?.map ?? ''} (${name?.attempt ?? ''}) are damaged`,
      );
    }
    const segment = this.#segment++;
    this.#claim = undefined;
    yield { kind: 'end', segment, claim };
  }

  #error(message: string): StreamError {
    return new StreamError(Math.max(0, this.#segment), message);
  }
}
