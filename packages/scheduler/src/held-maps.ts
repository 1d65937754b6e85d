/** Which completed maps each worker holds: a doubly linked list a worker, in two typed arrays. */
export class HeldMaps {
  /** By map: one more than the next one; 0 at the end, so that making them costs no time. */
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  /** The first map of each worker that holds any. */
  readonly #first = new Map<number, number>();

  constructor(maps: number) {
    this.#next = new Int32Array(maps);
    this.#previous = new Int32Array(maps);
  }

  /** The map that the worker came to hold last. */
  firstOf(worker: number): number | undefined {
    return this.#first.get(worker);
  }

  /** All maps that the worker holds. */
  *of(worker: number): Generator<number, void, undefined> {
    let map = this.#first.get(worker) ?? -1;
    while (map !== -1) {
      const next = this.#after(map);
      yield map;
      map = next;
    }
  }

  /** The holder of each map that has one. */
  all(): Map<number, number> {
    const holders = new Map<number, number>();
    for (const [worker, first] of this.#first) {
      for (let map = first; map !== -1; map = this.#after(map)) holders.set(map, worker);
    }
    return holders;
  }

  add(worker: number, map: number): void {
    const first = this.#first.get(worker) ?? -1;
    this.#next[map] = first + 1;
    this.#previous[map] = 0;
    if (first !== -1) this.#previous[first] = map + 1;
    this.#first.set(worker, map);
  }

  remove(worker: number, map: number): void {
    const next = this.#after(map);
    const previous = (this.#previous[map] ?? 0) - 1;
    if (next !== -1) this.#previous[next] = previous + 1;
    if (previous !== -1) this.#next[previous] = next + 1;
    else if (next === -1) this.#first.delete(worker);
    else this.#first.set(worker, next);
    this.#next[map] = 0;
    this.#previous[map] = 0;
  }

  #after(map: number): number {
    return (this.#next[map] ?? 0) - 1;
  }
}
