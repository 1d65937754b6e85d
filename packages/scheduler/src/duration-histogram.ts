const BUCKETS_PER_OCTAVE = 8;
/** Up to 2^40 ms. */
const BUCKETS = 40 * BUCKETS_PER_OCTAVE;

/** Durations in logarithmic buckets: a median to within 9 %, in bounded memory. */
export class DurationHistogram {
  readonly #buckets = new Uint32Array(BUCKETS);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Adds a duration in milliseconds. */
  add(ms: number): void {
    const bucket = Math.floor(Math.log2(Math.max(1, ms)) * BUCKETS_PER_OCTAVE);
    const index = Math.min(bucket, BUCKETS - 1);
    this.#buckets[index] = (this.#buckets[index] ?? 0) + 1;
    this.#count++;
  }

  /** The upper end of the median's bucket in milliseconds; undefined before the first duration. */
  median(): number | undefined {
    if (this.#count === 0) return undefined;
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.#buckets[bucket] ?? 0;
      if (seen * 2 >= this.#count) return 2 ** ((bucket + 1) / BUCKETS_PER_OCTAVE);
    }
    return undefined;
  }
}
