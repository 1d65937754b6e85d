import { isSum, type Key, type Value } from '@mapreduce/sdk';
import { ValuesOnce, type ValueSource } from '../merge/values-once.ts';
import { type AnyJob, ProgramError } from '../tasks.ts';

/** Calls a program's `combine`. */
export class Combiner {
  /** The SDK's `sumValues`: numbers can be added up without calling it. */
  readonly isSum: boolean;
  readonly #combine: NonNullable<AnyJob['combine']>;

  constructor(combine: NonNullable<AnyJob['combine']>) {
    this.#combine = combine;
    this.isSum = isSum(combine);
  }

  /** Over two numbers. Throws `ProgramError`. */
  pair(key: Key, first: number, second: number): Value {
    try {
      return this.#combine(key, [first, second]);
    } catch (error) {
      throw failed(error);
    }
  }

  /** Over numbers at hand. Throws `ProgramError`. */
  numbers(key: Key, values: readonly number[]): Value {
    return this.#checked(key, values);
  }

  /** Over values that are decoded as they are read. Throws `ProgramError`. */
  values(key: Key, source: ValueSource): Value {
    const values = new ValuesOnce(source, 'combine');
    try {
      return this.#checked(key, values);
    } finally {
      values.close();
    }
  }

  #checked(key: Key, values: Iterable<Value>): Value {
    try {
      return this.#combine(key, values);
    } catch (error) {
      throw failed(error);
    }
  }
}

function failed(error: unknown): ProgramError {
  return new ProgramError(`combine failed: ${messageOf(error)}`, { cause: error });
}

/** What an error of a program says, whatever it threw. */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return 'it threw what cannot be shown as text';
  }
}
