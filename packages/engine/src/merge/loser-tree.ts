import { compareBytes } from '../codec/compare.ts';
import type { RecordCursor } from '../records.ts';
import { prefixAt } from './prefix.ts';

/**
 * Merges sorted cursors; equal keys come in the order of their cursors. A tree of losers (Knuth,
 * TAOCP 3, 5.4.1): a step costs log2(k) comparisons, nearly all of them of two integers, the first
 * eight bytes of the current keys.
 */
export class LoserTree {
  readonly #cursors: readonly RecordCursor[];
  /** Node i > 0 holds the loser of its subtree, node 0 the winner; run r enters at (r + k) >> 1. */
  readonly #tree: Int32Array;
  readonly #first: Uint32Array;
  readonly #second: Uint32Array;
  readonly #live: Uint8Array;

  constructor(cursors: readonly RecordCursor[]) {
    this.#cursors = cursors;
    this.#tree = new Int32Array(Math.max(1, cursors.length)).fill(-1);
    this.#first = new Uint32Array(cursors.length);
    this.#second = new Uint32Array(cursors.length);
    this.#live = new Uint8Array(cursors.length);
    for (let run = cursors.length - 1; run >= 0; run -= 1) {
      this.#step(run);
      this.#enter(run);
    }
  }

  /** The cursor with the smallest record, or undefined when all have ended. */
  get current(): RecordCursor | undefined {
    const run = this.#tree[0] as number;
    return run >= 0 && this.#live[run] === 1 ? this.#cursors[run] : undefined;
  }

  /** Steps the cursor with the smallest record. */
  advance(): void {
    const run = this.#tree[0] as number;
    this.#step(run);
    this.#replay(run);
  }

  #step(run: number): void {
    const cursor = this.#cursors[run] as RecordCursor;
    if (cursor.next()) {
      this.#live[run] = 1;
      this.#first[run] = prefixAt(cursor.bytes, cursor.keyStart, cursor.keyEnd);
      this.#second[run] = prefixAt(cursor.bytes, cursor.keyStart + 4, cursor.keyEnd);
    } else {
      // Ties with a live run of this prefix are decided by who has ended.
      this.#live[run] = 0;
      this.#first[run] = 0xffffffff;
      this.#second[run] = 0xffffffff;
    }
  }

  /** While the tree is built: the first to come to a node waits there for its opponent. */
  #enter(run: number): void {
    const tree = this.#tree;
    let winner = run;
    for (let node = (run + this.#cursors.length) >> 1; node > 0; node >>= 1) {
      const other = tree[node] as number;
      if (other === -1) {
        tree[node] = winner;
        return;
      }
      if (this.#isBehind(winner, other)) {
        tree[node] = winner;
        winner = other;
      }
    }
    tree[0] = winner;
  }

  #replay(run: number): void {
    const tree = this.#tree;
    const first = this.#first;
    let winner = run;
    let prefix = first[run] as number;
    for (let node = (run + this.#cursors.length) >> 1; node > 0; node >>= 1) {
      const other = tree[node] as number;
      const otherPrefix = first[other] as number;
      if (otherPrefix > prefix) continue;
      if (otherPrefix < prefix || this.#isBehind(winner, other)) {
        tree[node] = winner;
        winner = other;
        prefix = otherPrefix;
      }
    }
    tree[0] = winner;
  }

  /** Whether run a's record comes after run b's. */
  #isBehind(a: number, b: number): boolean {
    const byFirst = (this.#first[a] as number) - (this.#first[b] as number);
    if (byFirst !== 0) return byFirst > 0;
    const bySecond = (this.#second[a] as number) - (this.#second[b] as number);
    if (bySecond !== 0) return bySecond > 0;
    if (this.#live[a] !== this.#live[b]) return this.#live[a] === 0;
    if (this.#live[a] === 0) return a > b;
    const left = this.#cursors[a] as RecordCursor;
    const right = this.#cursors[b] as RecordCursor;
    const byKey = compareBytes(
      left.bytes,
      left.keyStart,
      left.keyEnd,
      right.bytes,
      right.keyStart,
      right.keyEnd,
    );
    return byKey !== 0 ? byKey > 0 : a > b;
  }
}
