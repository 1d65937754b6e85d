import { FormatError, MapIndex } from '@mapreduce/engine';
import type { Codec, Digest } from '@mapreduce/service';
import { checkIndex, SegmentChecker, type ExpectedOutput } from '../held/verify-output.ts';

/** A manifest names every record that was skipped. */
const maxManifest = 128 * 2 ** 20;
const newline = 10;

/** What an output's stream brings, in this order; `data` any number of times. */
export type OutputEvent =
  | { readonly kind: 'manifest'; readonly bytes: Uint8Array }
  | { readonly kind: 'index'; readonly bytes: Uint8Array }
  | { readonly kind: 'data'; readonly bytes: Uint8Array };

/**
 * Takes an `output` stream apart, and checks the index against the roots that the coordinator knows and
 * every segment against the index. What the manifest says is the caller's to check. Throws `FormatError`.
 */
export class OutputParser {
  readonly #expected: ExpectedOutput;
  readonly #ports: { readonly codec: Codec; readonly digest: Digest };
  #head = new Uint8Array(0);
  #isManifestIn = false;
  #checker: SegmentChecker | undefined;

  constructor(expected: ExpectedOutput, ports: { readonly codec: Codec; readonly digest: Digest }) {
    this.#expected = expected;
    this.#ports = ports;
  }

  /** The events of a chunk; their bytes are valid as long as the chunk is, but for data alone. */
  *push(chunk: Uint8Array): Generator<OutputEvent, void, undefined> {
    if (this.#checker !== undefined) {
      yield this.#data(this.#checker, chunk);
      return;
    }
    this.#head = joined(this.#head, chunk);
    if (!this.#isManifestIn) {
      const end = this.#head.indexOf(newline) + 1;
      if (end === 0 && this.#head.length > maxManifest) throw new FormatError('manifest: too long');
      if (end === 0) return;
      this.#isManifestIn = true;
      yield { kind: 'manifest', bytes: this.#take(end) };
    }
    const length = MapIndex.size(this.#expected.partitions);
    if (this.#head.length < length) return;
    const bytes = this.#take(length);
    const index = MapIndex.decode(bytes, this.#ports.codec);
    checkIndex(index, this.#expected, this.#ports.digest);
    this.#checker = new SegmentChecker(index, this.#ports.digest);
    yield { kind: 'index', bytes };
    if (this.#head.length > 0) yield this.#data(this.#checker, this.#take(this.#head.length));
  }

  /** The stream has ended. Throws where anything is missing. */
  finish(): void {
    if (this.#checker === undefined) throw new FormatError('output: it is cut off');
    this.#checker.finish();
  }

  #data(checker: SegmentChecker, bytes: Uint8Array): OutputEvent {
    checker.push(bytes);
    return { kind: 'data', bytes };
  }

  #take(length: number): Uint8Array {
    const taken = this.#head.slice(0, length);
    this.#head = this.#head.slice(length);
    return taken;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
