import type { GeneratedData } from '@mapreduce/protocol';
import type { RangeSource } from '../range-source.ts';
import { RECORD_BYTES, RecordGenerator } from './teragen.ts';
import { BLOCK_BYTES, WordsGenerator } from './words.ts';

/** Writes the bytes of a range that begins and ends with a unit, the last unit of the data aside. */
interface Generator {
  /** Bytes that are made at once. */
  readonly unit: number;
  fill(target: Uint8Array, position: number): void;
}

/** Size in bytes. */
export function generatedSize(data: GeneratedData): number {
  return data.kind === 'teragen' ? data.records * RECORD_BYTES : data.bytes;
}

/** As people read it. */
export function generatedName(data: GeneratedData): string {
  return data.kind === 'teragen'
    ? `${data.records} records of teragen`
    : `${data.bytes} bytes of words with seed ${data.seed}`;
}

/** Data that whoever reads it makes on the spot: the same bytes everywhere, at any position. */
export class GeneratedSource implements RangeSource {
  readonly #size: number;
  readonly #generator: Generator;
  readonly #unit: Uint8Array;
  /** Where the bytes in `#unit` lie. */
  #unitAt = -1;

  constructor(data: GeneratedData) {
    this.#size = generatedSize(data);
    this.#generator = data.kind === 'teragen' ? new Teragen() : new Words(data.seed);
    this.#unit = new Uint8Array(this.#generator.unit);
  }

  read(target: Uint8Array, position: number): Promise<number> {
    const end = Math.min(this.#size, position + target.length);
    const { unit } = this.#generator;
    for (let at = position; at < end;) {
      const unitAt = at - (at % unit);
      const unitEnd = Math.min(this.#size, unitAt + unit);
      if (at === unitAt && unitEnd <= end) {
        this.#generator.fill(target.subarray(at - position, unitEnd - position), unitAt);
        at = unitEnd;
        continue;
      }
      const bytes = this.#unit.subarray(0, unitEnd - unitAt);
      if (this.#unitAt !== unitAt) this.#generator.fill(bytes, unitAt);
      this.#unitAt = unitAt;
      const stop = Math.min(unitEnd, end);
      target.set(bytes.subarray(at - unitAt, stop - unitAt), at - position);
      at = stop;
    }
    return Promise.resolve(Math.max(0, end - position));
  }

  checkUnchanged(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

class Teragen implements Generator {
  readonly unit = RECORD_BYTES;
  #generator = new RecordGenerator();
  #next = 0;

  fill(target: Uint8Array, position: number): void {
    const record = position / RECORD_BYTES;
    // A generator steps from record to record; to jump costs as much as some hundred steps.
    if (record !== this.#next) this.#generator = new RecordGenerator(record);
    this.#generator.fill(target);
    this.#next = record + target.length / RECORD_BYTES;
  }
}

class Words implements Generator {
  readonly unit = BLOCK_BYTES;
  readonly #generator: WordsGenerator;

  constructor(seed: number) {
    this.#generator = new WordsGenerator(seed);
  }

  fill(target: Uint8Array, position: number): void {
    this.#generator.fill(target, position / BLOCK_BYTES);
  }
}
