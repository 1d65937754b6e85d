import { IndexHeap } from './index-heap.ts';

/** How many shunned tasks one worker is matched against before it is given another task. */
const SHUNNED_LOOKED_AT = 128;

/**
 * The idle tasks of one kind, in the order in which they are leased: first those that some workers
 * are to be spared (they failed before, or their output was lost), then those that came back, then
 * those never leased, in the order of their index. O(log n) an operation.
 */
export class TaskQueue {
  readonly #size: number;
  readonly #isIdle: (index: number) => boolean;
  readonly #returned: IndexHeap;
  readonly #shunned = new Set<number>();
  #fresh = 0;

  constructor(size: number, isIdle: (index: number) => boolean) {
    this.#size = size;
    this.#isIdle = isIdle;
    this.#returned = new IndexHeap(size);
  }

  /** How many idle tasks not every worker may run. */
  get shunned(): number {
    return this.#shunned.size;
  }

  /** The task is idle again. */
  putBack(index: number, shunned: boolean): void {
    if (shunned) this.#shunned.add(index);
    else this.#returned.push(index);
  }

  /** The task is no longer idle, though nobody took it. */
  drop(index: number): void {
    this.#shunned.delete(index);
  }

  /** Takes the first task that `mayRun`, which is asked about shunned tasks only. */
  take(mayRun: (index: number) => boolean): number | undefined {
    const shunned = this.firstShunned(mayRun);
    if (shunned !== undefined) {
      this.#shunned.delete(shunned);
      return shunned;
    }
    for (let index = this.#returned.pop(); index !== undefined; index = this.#returned.pop()) {
      if (this.#isIdle(index) && !this.#shunned.has(index)) return index;
    }
    while (this.#fresh < this.#size) {
      const index = this.#fresh++;
      if (this.#isIdle(index) && !this.#shunned.has(index)) return index;
    }
    return undefined;
  }

  /** The first shunned task that `mayRun`; it stays in the queue. */
  firstShunned(mayRun: (index: number) => boolean): number | undefined {
    let looked = 0;
    for (const index of this.#shunned) {
      if (mayRun(index)) return index;
      if (++looked === SHUNNED_LOOKED_AT) return undefined;
    }
    return undefined;
  }
}
