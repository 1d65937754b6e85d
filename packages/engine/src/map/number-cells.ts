import type { Numbers } from './numbers.ts';

/** One number an entry; `add` adds to it, which is for a combine that is known to do so. */
export class NumberCells implements Numbers {
  used = 0;
  #cells = new Float64Array(1 << 12);
  #has = new Uint8Array(1 << 12);

  begin(entry: number, value: number): void {
    if (entry >= this.#cells.length) this.#grow();
    this.#cells[entry] = value;
    this.#has[entry] = 1;
    this.used += 1;
  }

  skip(entry: number): void {
    if (entry >= this.#cells.length) this.#grow();
    this.#has[entry] = 0;
  }

  add(entry: number, value: number): boolean {
    if (this.#has[entry] === 0) return false;
    this.#cells[entry] = (this.#cells[entry] as number) + value;
    return true;
  }

  count(entry: number): number {
    return this.#has[entry] as number;
  }

  value(entry: number): number {
    return this.#cells[entry] as number;
  }

  set(entry: number, value: number): void {
    this.#cells[entry] = value;
  }

  drop(entry: number): void {
    this.#has[entry] = 0;
  }

  clear(): void {
    this.used = 0;
  }

  #grow(): void {
    const cells = new Float64Array(2 * this.#cells.length);
    cells.set(this.#cells);
    this.#cells = cells;
    const has = new Uint8Array(cells.length);
    has.set(this.#has);
    this.#has = has;
  }
}
