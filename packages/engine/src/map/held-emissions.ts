import type { Key, Value } from '@mapreduce/sdk';
import { ByteWriter } from '../codec/byte-writer.ts';
import type { KeyCodec } from '../codec/keys.ts';
import { decodeValue, encodeValue } from '../codec/values.ts';
import { ProgramError } from '../tasks.ts';
import type { EmitTarget } from './program-calls.ts';

/**
 * Keeps what `map` emits for one record, encoded, until it is known whether that counts. All of it
 * must fit into `budget` bytes.
 */
export class HeldEmissions implements Pick<EmitTarget, 'pair'> {
  readonly #keys: KeyCodec;
  readonly #budget: number;
  readonly #arena = new ByteWriter(1 << 12);
  /** Where each key and each value ends. */
  readonly #ends: number[] = [];
  #isOpen = false;
  #overflow: ProgramError | undefined;

  constructor(keys: KeyCodec, budget: number) {
    this.#keys = keys;
    this.#budget = budget;
  }

  /** Why the record cannot be mapped though it may be sound, even if the program caught that. */
  get overflow(): ProgramError | undefined {
    return this.#overflow;
  }

  /** A record is about to be mapped. */
  open(): void {
    this.#arena.reset();
    this.#ends.length = 0;
    this.#isOpen = true;
  }

  /** Its `map` is over. */
  close(): void {
    this.#isOpen = false;
  }

  pair(key: Key, value: Value): void {
    if (this.#overflow !== undefined) throw this.#overflow;
    if (!this.#isOpen) {
      throw new ProgramError('emit was called after map; it can be called only while map runs');
    }
    const arena = this.#arena;
    const start = arena.length;
    let keyEnd: number;
    try {
      this.#keys.encode(key, arena);
      keyEnd = arena.length;
      encodeValue(value, arena);
    } catch (error) {
      arena.length = start;
      throw error;
    }
    this.#ends.push(keyEnd, arena.length);
    if (arena.length > this.#budget) {
      this.#overflow = new ProgramError(
        `more than ${this.#budget} bytes were emitted for one record; with --skip-bad-records they ` +
          'may take a quarter of --memory',
      );
      throw this.#overflow;
    }
  }

  /** Emits all of it, in order. Throws what the target throws. */
  emitTo(target: Pick<EmitTarget, 'pair'>): void {
    const { bytes } = this.#arena;
    let start = 0;
    for (let i = 0; i < this.#ends.length; i += 2) {
      const keyEnd = this.#ends[i] as number;
      const end = this.#ends[i + 1] as number;
      target.pair(this.#keys.decode(bytes, start, keyEnd), decodeValue(bytes, keyEnd, end));
      start = end;
    }
  }
}
