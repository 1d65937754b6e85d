/** Which completed maps each worker holds: a doubly linked list a worker, in two typed arrays. */
export class HeldMaps {
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  /** The first map of each worker that holds any. */
  readonly #first = new Map<number, number>();

  constructor(maps: number) {
    this.#next = new Int32Array(maps).fill(-1);
    this.#previous = new Int32Array(maps).fill(-1);
  }

  /** The map that the worker came to hold last. */
  firstOf(worker: number): number | undefined {
    return this.#first.get(worker);
  }

  /** All maps that the worker holds. */
  *of(worker: number): Generator<number, void, undefined> {
    let map = this.#first.get(worker) ?? -1;
    while (map !== -1) {
      const next = this.#next[map] ?? -1;
      yield map;
      map = next;
    }
  }

  /** The holder of each map that has one. */
  all(): Map<number, number> {
    const holders = new Map<number, number>();
    for (const [worker, first] of this.#first) {
      for (let map = first; map !== -1; map = this.#next[map] ?? -1) holders.set(map, worker);
    }
    return holders;
  }

  add(worker: number, map: number): void {
    const first = this.#first.get(worker) ?? -1;
    this.#next[map] = first;
    this.#previous[map] = -1;
    if (first !== -1) this.#previous[first] = map;
    this.#first.set(worker, map);
  }

  remove(worker: number, map: number): void {
    const next = this.#next[map] ?? -1;
    const previous = this.#previous[map] ?? -1;
    if (next !== -1) this.#previous[next] = previous;
    if (previous !== -1) this.#next[previous] = next;
    else if (next === -1) this.#first.delete(worker);
    else this.#first.set(worker, next);
    this.#next[map] = -1;
    this.#previous[map] = -1;
  }
}
