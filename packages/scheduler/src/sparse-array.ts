/**
 * A value for some of many indices. Costs four bytes an index, which the system hands out when they
 * are first written to, and room for as many values as there ever were at once.
 */
export class SparseArray<T> {
  /** By index: one more than the value's place; 0 where there is none. */
  readonly #places: Uint32Array;
  readonly #values: (T | undefined)[] = [];
  readonly #free: number[] = [];

  /** For indices below `size`. */
  constructor(size: number) {
    this.#places = new Uint32Array(size);
  }

  get(index: number): T | undefined {
    const place = this.#places[index] ?? 0;
    return place === 0 ? undefined : this.#values[place - 1];
  }

  set(index: number, value: T): void {
    const known = this.#places[index] ?? 0;
    const place = known > 0 ? known - 1 : (this.#free.pop() ?? this.#values.length);
    this.#values[place] = value;
    this.#places[index] = place + 1;
  }

  delete(index: number): void {
    const place = this.#places[index] ?? 0;
    if (place === 0) return;
    this.#places[index] = 0;
    this.#values[place - 1] = undefined;
    this.#free.push(place - 1);
  }
}
