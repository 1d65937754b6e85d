import type { DigestHex, Differing } from '@mapreduce/protocol';

/** Partitions that two outputs of one map may fill differently. */
export type Partitions = 'all' | ReadonlySet<number>;

const none: ReadonlySet<number> = new Set();

/** Of each map that gave other records when it ran again: where its outputs differ, by content root. */
export class RootBook {
  /** By map and root, the first root included: where an output differs from the first one. */
  readonly #maps = new Map<number, Map<DigestHex, Partitions>>();

  /** An output of this content has counted; it differs from the first one of this content so. */
  add(map: number, first: DigestHex, root: DigestHex, differing: Differing): void {
    const roots = this.#maps.get(map) ?? new Map<DigestHex, Partitions>([[first, none]]);
    roots.set(root, differing === 'all' ? 'all' : new Set(differing.map((one) => one.partition)));
    this.#maps.set(map, roots);
  }

  knows(map: number, root: DigestHex): boolean {
    return this.#maps.get(map)?.has(root) === true;
  }

  maps(): Iterable<number> {
    return this.#maps.keys();
  }

  /** The contents of this map other than this one that have counted at some time. */
  others(map: number, root: DigestHex): DigestHex[] {
    return [...(this.#maps.get(map)?.keys() ?? [])].filter((other) => other !== root);
  }

  /** Where two outputs of a map may differ: wherever one of them differs from the first. */
  between(map: number, one: DigestHex, other: DigestHex): Partitions {
    if (one === other) return none;
    const roots = this.#maps.get(map);
    return union([roots?.get(one) ?? 'all', roots?.get(other) ?? 'all']);
  }

  /** Where an output may differ from any other of this map that has counted. */
  around(map: number, root: DigestHex): Partitions {
    return union(this.others(map, root).map((other) => this.between(map, root, other)));
  }
}

/** Whether the partition is one of these. */
export function includes(partitions: Partitions, partition: number): boolean {
  return partitions === 'all' || partitions.has(partition);
}

function union(sets: readonly Partitions[]): Partitions {
  const all = new Set<number>();
  for (const set of sets) {
    if (set === 'all') return 'all';
    for (const partition of set) all.add(partition);
  }
  return all;
}
