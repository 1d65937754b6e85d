/** Room of a list by its class. Few values wait for a rare key; a common one combines seldom. */
const CAPACITY = new Uint8Array([1, 4, 16, 64, 0]);
const LAST_CLASS = 3;
/** The class of an entry that has no list. */
const NO_LIST = 4;

/** Folds the numbers that wait for one entry. */
export type FoldNumbers = (entry: number) => void;

/**
 * Numbers that wait to be combined, a short list an entry, unboxed in one pool. Lists are folded to
 * one number when they are full, so `combine` is called once for up to 63 values.
 */
export class NumberLists {
  /** Numbers in the pool that are taken: what a memory budget counts, 8 bytes each. */
  used = 0;
  #pool = new Float64Array(1 << 13);
  #at = new Int32Array(1 << 12);
  #count = new Uint8Array(1 << 12);
  #class = new Uint8Array(1 << 12);
  /** Lists given back, by class. */
  readonly #free: number[][] = Array.from(CAPACITY, () => []);
  readonly #fold: FoldNumbers;

  /** `fold` replaces the list of an entry by its combined value, through `set` or `drop`. */
  constructor(fold: FoldNumbers) {
    this.#fold = fold;
  }

  count(entry: number): number {
    return this.#count[entry] as number;
  }

  value(entry: number, index: number): number {
    return this.#pool[(this.#at[entry] as number) + index] as number;
  }

  /** Begins the list of a new entry. */
  begin(entry: number, value: number): void {
    if (entry >= this.#at.length) this.#growEntries(entry);
    this.#class[entry] = 0;
    this.#at[entry] = this.#take(0);
    this.#count[entry] = 1;
    this.#pool[this.#at[entry]] = value;
  }

  /** Adds to the list of an entry; false, and nothing is added, if it has none any more. */
  add(entry: number, value: number): boolean {
    let count = this.#count[entry] as number;
    if (count === CAPACITY[this.#class[entry] as number]) {
      if (count > 1) this.#fold(entry);
      count = this.#count[entry] as number;
      if (count === 0) return false;
      this.#widen(entry);
    }
    this.#pool[(this.#at[entry] as number) + count] = value;
    this.#count[entry] = count + 1;
    return true;
  }

  /** The list is `value` alone. */
  set(entry: number, value: number): void {
    this.#pool[this.#at[entry] as number] = value;
    this.#count[entry] = 1;
  }

  /** The entry has no list any more. */
  drop(entry: number): void {
    this.#free[this.#class[entry] as number]?.push(this.#at[entry] as number);
    this.#class[entry] = NO_LIST;
    this.#count[entry] = 0;
  }

  /** A new entry that has no list. */
  skip(entry: number): void {
    if (entry >= this.#at.length) this.#growEntries(entry);
    this.#class[entry] = NO_LIST;
    this.#count[entry] = 0;
  }

  /** Forgets everything and keeps the memory. */
  clear(): void {
    this.used = 0;
    for (const free of this.#free) free.length = 0;
  }

  /** The next class for an entry whose list holds one number. */
  #widen(entry: number): void {
    const from = this.#class[entry] as number;
    if (from === LAST_CLASS) return;
    const old = this.#at[entry] as number;
    const at = this.#take(from + 1);
    this.#pool[at] = this.#pool[old] as number;
    this.#free[from]?.push(old);
    this.#at[entry] = at;
    this.#class[entry] = from + 1;
  }

  #take(kind: number): number {
    const free = this.#free[kind]?.pop();
    if (free !== undefined) return free;
    const at = this.used;
    this.used += CAPACITY[kind] as number;
    if (this.used > this.#pool.length) {
      const larger = new Float64Array(2 * this.#pool.length);
      larger.set(this.#pool);
      this.#pool = larger;
    }
    return at;
  }

  #growEntries(entry: number): void {
    const length = 2 * entry;
    const at = new Int32Array(length);
    at.set(this.#at);
    this.#at = at;
    const count = new Uint8Array(length);
    count.set(this.#count);
    this.#count = count;
    const kind = new Uint8Array(length);
    kind.set(this.#class);
    this.#class = kind;
  }
}
