import type { Value } from '@mapreduce/sdk';

/** Gives values one by one. */
export interface ValueSource {
  readonly hasValue: boolean;
  /** The next one; only while `hasValue`. */
  value(): Value;
}

/**
 * The values of one group, for one call of `combine` or `reduce`: read once, in order, as far as
 * the program likes. After the call, and at a second reading, it throws instead of giving values of
 * other keys.
 */
export class ValuesOnce implements Iterable<Value>, Iterator<Value> {
  readonly #source: ValueSource;
  readonly #function: string;
  #state: 'new' | 'reading' | 'left' | 'over' = 'new';

  constructor(source: ValueSource, functionName: string) {
    this.#source = source;
    this.#function = functionName;
  }

  /** The call is over. */
  close(): void {
    this.#state = 'over';
  }

  [Symbol.iterator](): Iterator<Value> {
    if (this.#state === 'over') throw this.#isOver();
    if (this.#state !== 'new') {
      throw new Error(
        `the values of ${this.#function} can be read once, since there may be more than fit in ` +
          'memory; copy them ([...values]) to read them again',
      );
    }
    this.#state = 'reading';
    return this;
  }

  next(): IteratorResult<Value> {
    if (this.#state === 'over') throw this.#isOver();
    if (this.#state !== 'reading' || !this.#source.hasValue) {
      return { value: undefined, done: true };
    }
    return { value: this.#source.value(), done: false };
  }

  /** The program leaves the rest unread. */
  return(): IteratorResult<Value> {
    if (this.#state === 'reading') this.#state = 'left';
    return { value: undefined, done: true };
  }

  #isOver(): Error {
    return new Error(
      `the values were read after ${this.#function} had returned; they are only there during the ` +
        'call, so copy what is needed later',
    );
  }
}
