/**
 * The generator of TeraGen: x ← a·x + c modulo 2^128, from x = 0 (Hadoop's Random16, which follows
 * gensort by Chris Nyberg). Eight limbs of 16 bits, lowest first: every product and every column's
 * sum is an exact double, which is ten times as fast as BigInt.
 */
const LIMBS = 8;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;
const INCREMENT = 0x4a696d47726179524950202020202001n;
const MASK = (1n << 128n) - 1n;

const multiplier = limbsOf(MULTIPLIER);
const increment = limbsOf(INCREMENT);

function limbsOf(value: bigint): Float64Array {
  return Float64Array.from({ length: LIMBS }, (_, limb) =>
    Number((value >> BigInt(16 * limb)) & 0xffffn),
  );
}

export class Random128 {
  /** The current number; read it, but do not write. */
  readonly limbs: Float64Array;
  readonly #next = new Float64Array(LIMBS);

  /** Stands before the number of record `record`: the first `step` gives it. */
  constructor(record = 0) {
    this.limbs = limbsOf(nth(BigInt(record)));
  }

  step(): void {
    const { limbs } = this;
    const next = this.#next;
    let carry = 0;
    for (let column = 0; column < LIMBS; column++) {
      let sum = carry + at(increment, column);
      for (let i = 0; i <= column; i++) sum += at(limbs, i) * at(multiplier, column - i);
      carry = Math.floor(sum / 0x10000);
      next[column] = sum - carry * 0x10000;
    }
    limbs.set(next);
  }
}

function at(limbs: Float64Array, index: number): number {
  return limbs[index] as number;
}

/** The number after `steps` steps, by squaring the step. */
function nth(steps: bigint): bigint {
  let [a, c, x] = [MULTIPLIER, INCREMENT, 0n];
  for (let left = steps; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) x = (x * a + c) & MASK;
    c = (c * a + c) & MASK;
    a = (a * a) & MASK;
  }
  return x;
}
