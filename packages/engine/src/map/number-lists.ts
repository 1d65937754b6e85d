import type { Numbers } from './numbers.ts';

/** Room of a list, by its class: rare keys take little, and common ones are combined seldom. */
const CAPACITY = new Int32Array([1, 4, 16, 64]);
const LAST_CLASS = 3;
/** Of an entry's two integers: where its next number goes, and where its list ends. */
const NEXT = 0;
const LIMIT = 1;

/**
 * Lists of numbers, unboxed in one pool. A list that has got as long as lists get is folded to one
 * number, so `combine` is called once for 63 values.
 */
export class NumberLists implements Numbers {
  used = 0;
  #pool = new Float64Array(1 << 13);
  #places = new Int32Array(2 << 12);
  #class = new Uint8Array(1 << 12);
  /** Lists given back, by class. */
  readonly #free: number[][] = Array.from(CAPACITY, () => []);
  readonly #fold: (entry: number) => void;

  /** `fold` replaces the list of an entry by its combined value, through `set` or `drop`. */
  constructor(fold: (entry: number) => void) {
    this.#fold = fold;
  }

  begin(entry: number, value: number): void {
    if (entry >= this.#class.length) this.#grow();
    const at = this.#take(0);
    this.#class[entry] = 0;
    this.#places[2 * entry + NEXT] = at + 1;
    this.#places[2 * entry + LIMIT] = at + 1;
    this.#pool[at] = value;
  }

  skip(entry: number): void {
    if (entry >= this.#class.length) this.#grow();
    this.#places[2 * entry + NEXT] = 0;
    this.#places[2 * entry + LIMIT] = 0;
  }

  add(entry: number, value: number): boolean {
    const next = this.#places[2 * entry + NEXT] as number;
    if (next === this.#places[2 * entry + LIMIT]) return this.#addToFull(entry, value);
    this.#pool[next] = value;
    this.#places[2 * entry + NEXT] = next + 1;
    return true;
  }

  count(entry: number): number {
    const limit = this.#places[2 * entry + LIMIT] as number;
    if (limit === 0) return 0;
    return (this.#places[2 * entry + NEXT] as number) - this.#start(entry);
  }

  value(entry: number, index: number): number {
    return this.#pool[this.#start(entry) + index] as number;
  }

  set(entry: number, value: number): void {
    const start = this.#start(entry);
    this.#pool[start] = value;
    this.#places[2 * entry + NEXT] = start + 1;
  }

  drop(entry: number): void {
    this.#giveBack(entry);
    this.#places[2 * entry + NEXT] = 0;
    this.#places[2 * entry + LIMIT] = 0;
  }

  clear(): void {
    this.used = 0;
    for (const free of this.#free) free.length = 0;
  }

  #start(entry: number): number {
    const capacity = CAPACITY[this.#class[entry] as number] as number;
    return (this.#places[2 * entry + LIMIT] as number) - capacity;
  }

  #addToFull(entry: number, value: number): boolean {
    if (this.#places[2 * entry + LIMIT] === 0) return false;
    if (this.#class[entry] === LAST_CLASS) this.#fold(entry);
    else this.#widen(entry);
    // The fold may have dropped the list, and there is room in any other case.
    return this.#places[2 * entry + LIMIT] === 0 ? false : this.add(entry, value);
  }

  /** Moves a full list to where the next class has room. */
  #widen(entry: number): void {
    const from = this.#class[entry] as number;
    const start = this.#start(entry);
    const count = CAPACITY[from] as number;
    const at = this.#take(from + 1);
    const pool = this.#pool;
    for (let i = 0; i < count; i += 1) pool[at + i] = pool[start + i] as number;
    this.#giveBack(entry);
    this.#class[entry] = from + 1;
    this.#places[2 * entry + NEXT] = at + count;
    this.#places[2 * entry + LIMIT] = at + (CAPACITY[from + 1] as number);
  }

  #giveBack(entry: number): void {
    this.#free[this.#class[entry] as number]?.push(this.#start(entry));
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

  #grow(): void {
    const places = new Int32Array(2 * this.#places.length);
    places.set(this.#places);
    this.#places = places;
    const kind = new Uint8Array(2 * this.#class.length);
    kind.set(this.#class);
    this.#class = kind;
  }
}
