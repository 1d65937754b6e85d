import type { SeededRandom } from '@mapreduce/service/virtual';

/** A file as it lay on a disk once. */
export interface Artefact {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What was done to a file. */
export interface Damage {
  readonly what: string;
  readonly bytes: Uint8Array;
  /** The first byte that is not as it was. */
  readonly at: number;
}

export type DamageKind = 'flip' | 'cut' | 'swap' | 'exchange' | 'zero' | 'insert';
export const damageKinds: readonly DamageKind[] = [
  ...(['flip', 'cut', 'swap', 'exchange', 'zero', 'insert'] as const),
];

/**
 * Damages a file so that it differs: flips bits, cuts its end off, swaps two ranges of it, puts
 * another file of its kind in its place, zeroes a range (as a lost page), or inserts bytes.
 */
export function damage(
  { bytes }: Artefact,
  others: readonly Artefact[],
  random: SeededRandom,
): Damage & { readonly kind: DamageKind } {
  for (;;) {
    const kind = random.pick(damageKinds);
    const [what, made] = act[kind](bytes, others, random);
    const at = firstDifference(bytes, made);
    if (at !== undefined) return { kind, what: `${kind} ${what}`, bytes: made, at };
  }
}

type Act = (
  bytes: Uint8Array,
  others: readonly Artefact[],
  random: SeededRandom,
) => readonly [string, Uint8Array];

const act: Readonly<Record<DamageKind, Act>> = {
  flip: (bytes, _others, random) => {
    const made = bytes.slice();
    const count = random.chance(0.7) ? 1 : random.integer(2, 8);
    for (let flips = 0; flips < count && made.length > 0; flips++) {
      const at = random.integer(0, made.length - 1);
      made[at] = (made[at] ?? 0) ^ (1 << random.integer(0, 7));
    }
    return [`${count} bits`, made];
  },
  cut: (bytes, _others, random) => {
    const length = random.integer(0, bytes.length);
    return [`at ${length}`, bytes.slice(0, length)];
  },
  swap: (bytes, _others, random) => {
    const made = bytes.slice();
    const length = random.integer(1, Math.max(1, Math.min(200, bytes.length >> 1)));
    const one = random.integer(0, Math.max(0, bytes.length - length));
    const two = random.integer(0, Math.max(0, bytes.length - length));
    made.set(bytes.subarray(one, one + length), two);
    made.set(bytes.subarray(two, two + length), one);
    return [`${one} and ${two}, ${length} bytes`, made];
  },
  exchange: (_bytes, others, random) => {
    const other = random.pick(others);
    return [`for ${other.name}`, other.bytes];
  },
  zero: (bytes, _others, random) => {
    const made = bytes.slice();
    const at = random.integer(0, Math.max(0, bytes.length - 1));
    made.fill(0, at, at + random.integer(1, 512));
    return [`from ${at}`, made];
  },
  insert: (bytes, _others, random) => {
    const at = random.chance(0.3) ? bytes.length : random.integer(0, bytes.length);
    const extra = Buffer.from(random.hex(2 * random.integer(1, 40)), 'hex');
    return [`at ${at}`, Buffer.concat([bytes.subarray(0, at), extra, bytes.subarray(at)])];
  },
};

function firstDifference(one: Uint8Array, two: Uint8Array): number | undefined {
  const shorter = Math.min(one.length, two.length);
  for (let at = 0; at < shorter; at++) if (one[at] !== two[at]) return at;
  return one.length === two.length ? undefined : shorter;
}
