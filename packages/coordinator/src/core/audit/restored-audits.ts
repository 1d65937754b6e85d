import type { AttemptId, DigestHex, ProgramDescription } from '@mapreduce/protocol';
import type { Audit } from './failure.ts';

interface Completed {
  readonly map: number;
  readonly attempt: AttemptId;
  readonly contentRoot: DigestHex;
}

/**
 * What a journal tells of maps that gave other records when they ran again. Where it does not tell in
 * which partitions, since its coordinator died before it knew, any may differ.
 */
export class RestoredAudits {
  readonly #audits = new Map<AttemptId, Audit>();
  readonly #firsts = new Map<number, Audit['first']>();

  /** A map has completed, perhaps not for the first time. */
  completed(before: Completed | undefined, { map, attempt, contentRoot: root }: Completed): void {
    if (before === undefined || before.contentRoot === root) return;
    const first = this.#firsts.get(map) ?? { attempt: before.attempt, root: before.contentRoot };
    this.#firsts.set(map, first);
    if (root === first.root || this.#knows(map, root)) return;
    const other = { attempt, root };
    this.#audits.set(attempt, { map, first, other, counts: true, differing: 'all' });
  }

  /** Its coordinator knew where two outputs differ. */
  decided({ map, first, other, counts, differing }: Audit): void {
    if (counts && !this.#firsts.has(map)) this.#firsts.set(map, first);
    this.#audits.set(other.attempt, { map, first, other, counts, differing });
  }

  /** Those that matter to such a program. */
  of(description: ProgramDescription | undefined): Audit[] {
    return description?.deterministic === false ? [] : [...this.#audits.values()];
  }

  #knows(map: number, root: DigestHex): boolean {
    for (const audit of this.#audits.values()) {
      if (audit.counts && audit.map === map && audit.other.root === root) return true;
    }
    return false;
  }
}
