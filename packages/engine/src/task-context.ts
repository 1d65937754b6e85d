import type { Counters } from '@mapreduce/protocol';
import type { MapContext, TaskContext } from '@mapreduce/sdk';
import { ProgramError } from './tasks.ts';

const maxCounters = 1_000;
const maxName = 128;

/** The counters of one attempt. */
export class CounterContext implements TaskContext {
  protected readonly totals = new Map<string, number>();

  count(counter: string, by = 1): void {
    const known = this.totals.get(counter);
    if (known === undefined) this.#check(counter);
    const sum = (known ?? 0) + by;
    if (!Number.isFinite(sum)) {
      throw new ProgramError(`counter ${counter}: ${String(by)} was added; expected a number`);
    }
    this.totals.set(counter, sum);
  }

  counters(): Counters {
    return Object.fromEntries(this.totals);
  }

  #check(counter: unknown): void {
    if (typeof counter !== 'string' || counter.length === 0 || counter.length > maxName) {
      throw new ProgramError(
        `the counter ${String(counter)}: expected a name of 1 to ${maxName} characters`,
      );
    }
    if (counter === '__proto__') {
      throw new ProgramError('a counter cannot be called __proto__: JSON readers drop that name');
    }
    if (this.totals.size === maxCounters) {
      throw new ProgramError(
        `counter ${counter} is one more than the ${maxCounters} that a task may have; ` +
          'emit a pair instead',
      );
    }
  }
}

/** What `map` is told; one object for the whole attempt, since most programs never look. */
export class RecordContext extends CounterContext implements MapContext {
  readonly file: string;
  offset = 0;

  constructor(file: string) {
    super();
    this.file = file;
  }
}
