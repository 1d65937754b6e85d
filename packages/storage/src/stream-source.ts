import { TransportError } from '@mapreduce/service';
import type { RangeSource } from './range-source.ts';

/** A part of an input that is being received. */
export interface InputStream {
  /** Where in the input its first byte lies: at most what was asked for. */
  readonly start: number;
  readonly chunks: AsyncIterable<Uint8Array>;
  cancel(): void;
}

/** An input that comes over a network. */
export interface RemoteInput {
  /** As the user named it. */
  readonly name: string;
  readonly size: number;
  /** Receives at least the byte at `start`, and no more than up to `end`. Throws `InputError`. */
  request(start: number, end: number): Promise<InputStream>;
  checkUnchanged(): Promise<void>;
  /**
   * A connection broke, so many times in a row: resolves when it is to be tried again, and rejects
   * where the input is given up.
   */
  retry(breaks: number, error: TransportError): Promise<void>;
}

/** Bytes asked for at once: enough to make a request's cost small, not so much as to waste many. */
const windowBytes = 8 * 2 ** 20;

/**
 * Reads a remote input through windows, each a request of its own; reading on from where the last
 * read ended costs nothing, a jump costs a request.
 */
export class StreamSource implements RangeSource {
  readonly #input: RemoteInput;
  #stream: InputStream | undefined;
  #chunks: AsyncIterator<Uint8Array> | undefined;
  /** What is received, but not read yet; it lies at `#position`. */
  #rest: Uint8Array = new Uint8Array(0);
  #position = 0;
  /** What the stream that is open was asked for. */
  #requested = 0;

  constructor(input: RemoteInput) {
    this.#input = input;
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    if (position >= this.#input.size || target.length === 0) return 0;
    if (position < this.#position) this.#reset();
    for (let breaks = 0; ;) {
      try {
        while (this.#rest.length === 0 || this.#position < position) {
          await this.#receive(position);
        }
        break;
      } catch (error) {
        this.#reset();
        if (!(error instanceof TransportError)) throw error;
        await this.#input.retry(++breaks, error);
      }
    }
    const count = Math.min(target.length, this.#rest.length);
    target.set(this.#rest.subarray(0, count));
    this.#skip(count);
    return count;
  }

  checkUnchanged(): Promise<void> {
    return this.#input.checkUnchanged();
  }

  close(): Promise<void> {
    this.#reset();
    return Promise.resolve();
  }

  /** Goes towards `position`: drops what lies before it, or receives the next chunk. */
  async #receive(position: number): Promise<void> {
    if (this.#rest.length > 0) {
      this.#skip(Math.min(this.#rest.length, position - this.#position));
      return;
    }
    // A stream that must be read from its beginning is the only one worth reading on for long.
    if (this.#stream !== undefined && position - this.#position > windowBytes) {
      if (this.#stream.start > 0) this.#reset();
    }
    if (this.#chunks === undefined) {
      const end = Math.min(this.#input.size, position + windowBytes);
      this.#stream = await this.#input.request(position, end);
      this.#chunks = this.#stream.chunks[Symbol.asyncIterator]();
      this.#position = this.#stream.start;
      this.#requested = position;
    }
    const next = await this.#chunks.next();
    if (next.done === true) {
      this.#stream = undefined;
      this.#chunks = undefined;
      // The end of a window that was read; anything less is an answer that broke its word.
      if (this.#position > this.#requested) return;
      throw new TransportError('the input ended before its declared length');
    }
    this.#rest = next.value;
  }

  #skip(count: number): void {
    this.#rest = this.#rest.subarray(count);
    this.#position += count;
  }

  #reset(): void {
    this.#stream?.cancel();
    this.#stream = undefined;
    this.#chunks = undefined;
    this.#rest = new Uint8Array(0);
    this.#position = 0;
  }
}
