/** A binary min-heap of task indices, each in it at most once. */
export class IndexHeap {
  readonly #items: number[] = [];
  readonly #contained: Uint8Array;

  /** For indices below `size`. */
  constructor(size: number) {
    this.#contained = new Uint8Array(size);
  }

  push(index: number): void {
    if (this.#contained[index] !== 0) return;
    this.#contained[index] = 1;
    const items = this.#items;
    let at = items.push(index) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent] ?? 0;
      if (above <= index) break;
      items[at] = above;
      at = parent;
    }
    items[at] = index;
  }

  /** Takes the least index. */
  pop(): number | undefined {
    const items = this.#items;
    const least = items[0];
    const moved = items.pop();
    if (least === undefined || moved === undefined) return undefined;
    this.#contained[least] = 0;
    if (items.length > 0) this.#sink(moved);
    return least;
  }

  #sink(moved: number): void {
    const items = this.#items;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const leftItem = items[left];
      if (leftItem === undefined) break;
      const rightItem = items[left + 1] ?? Infinity;
      const child = rightItem < leftItem ? left + 1 : left;
      const least = Math.min(leftItem, rightItem);
      if (least >= moved) break;
      items[at] = least;
      at = child;
    }
    items[at] = moved;
  }
}
