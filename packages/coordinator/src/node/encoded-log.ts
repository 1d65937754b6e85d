import type { LogEvent } from '@mapreduce/protocol';

/** Events that are there from number 0 on, and never change. */
export interface EventSource {
  /** Up to `limit` events from the one numbered `from` on. */
  tail(from: number, limit: number): readonly LogEvent[];
}

/** Bytes of a chunk; an event lies in one as a whole. */
const chunkBytes = 2 ** 18;

interface Chunk {
  /** The number of its first event. */
  readonly first: number;
  readonly bytes: Buffer;
  /** Where each event ends. */
  readonly ends: number[];
}

/**
 * The completion log as JSON, each event encoded once: when the reduce phase begins, every worker asks for
 * nearly all of it, and to encode it for each anew would keep a large cluster's coordinator from answering
 * heartbeats. What is handed out is a view, so thousands of answers under way take no memory either.
 */
export class EncodedLog {
  readonly #source: EventSource;
  readonly #chunks: Chunk[] = [];
  #count = 0;

  constructor(source: EventSource) {
    this.#source = source;
  }

  /** The inside of a JSON array of `count` events from the one numbered `from` on, in pieces. */
  tail(from: number, count: number): Uint8Array[] {
    const end = from + count;
    this.#encode(end);
    const pieces: Uint8Array[] = [];
    for (const { first, bytes, ends } of this.#chunks) {
      const begin = Math.max(from, first);
      const last = Math.min(end, first + ends.length) - 1;
      if (begin > last) continue;
      const start = begin === first ? 0 : (ends[begin - first - 1] ?? 0);
      // Before each event stands a comma, also before the first.
      pieces.push(bytes.subarray(begin === from ? start + 1 : start, ends[last - first]));
    }
    return pieces;
  }

  /** Encodes all events before the one numbered `end`. */
  #encode(end: number): void {
    for (const event of this.#source.tail(this.#count, end - this.#count)) {
      const text = `,${JSON.stringify(event)}`;
      const length = Buffer.byteLength(text);
      const chunk = this.#roomFor(length);
      const start = chunk.ends.at(-1) ?? 0;
      chunk.bytes.write(text, start);
      chunk.ends.push(start + length);
      this.#count += 1;
    }
  }

  #roomFor(length: number): Chunk {
    const last = this.#chunks.at(-1);
    if (last !== undefined && (last.ends.at(-1) ?? 0) + length <= last.bytes.length) return last;
    const bytes = Buffer.allocUnsafeSlow(Math.max(chunkBytes, length));
    const chunk: Chunk = { first: this.#count, bytes, ends: [] };
    this.#chunks.push(chunk);
    return chunk;
  }
}
