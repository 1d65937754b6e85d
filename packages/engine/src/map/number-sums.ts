import type { Numbers } from './numbers.ts';

/** For a combine that is known to add: each entry has its sum, added up in the order of emission. */
export class NumberSums implements Numbers {
  used = 0;
  #sums = new Float64Array(1 << 12);
  #has = new Uint8Array(1 << 12);

  begin(entry: number, value: number): void {
    if (entry >= this.#sums.length) this.#grow();
    this.#sums[entry] = value;
    this.#has[entry] = 1;
    this.used += 1;
  }

  skip(entry: number): void {
    if (entry >= this.#sums.length) this.#grow();
    this.#has[entry] = 0;
  }

  add(entry: number, value: number): boolean {
    if (this.#has[entry] === 0) return false;
    this.#sums[entry] = (this.#sums[entry] as number) + value;
    return true;
  }

  count(entry: number): number {
    return this.#has[entry] as number;
  }

  value(entry: number): number {
    return this.#sums[entry] as number;
  }

  set(entry: number, value: number): void {
    this.#sums[entry] = value;
  }

  drop(entry: number): void {
    this.#has[entry] = 0;
  }

  clear(): void {
    this.used = 0;
  }

  #grow(): void {
    const sums = new Float64Array(2 * this.#sums.length);
    sums.set(this.#sums);
    this.#sums = sums;
    const has = new Uint8Array(sums.length);
    has.set(this.#has);
    this.#has = has;
  }
}
