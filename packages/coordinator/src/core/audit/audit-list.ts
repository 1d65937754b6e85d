import type { AttemptId, AuditView, JobStatus } from '@mapreduce/protocol';
import type { Audit } from './failure.ts';

/** Audits that the status lists, and differences of each. */
const shown = { audits: 20, differing: 10 } as const;
/** So many late outputs are journaled; all that count are. */
const manyEnough = 100;

/** What the audits have found, for whoever looks. */
export class AuditList {
  readonly #first: AuditView[] = [];
  readonly #seen = new Set<AttemptId>();
  readonly #counting: Audit[] = [];

  add(audit: Audit): void {
    this.#seen.add(audit.other.attempt);
    if (audit.counts) this.#counting.push(audit);
    if (this.#first.length < shown.audits) this.#first.push(viewOf(audit));
  }

  has(attempt: AttemptId): boolean {
    return this.#seen.has(attempt);
  }

  get isFull(): boolean {
    return this.#seen.size > manyEnough;
  }

  /** The last one whose output counts, and may differ in this partition. */
  blamed(partition: number): Audit | undefined {
    return this.#counting.findLast(
      ({ differing }) =>
        differing === 'all' || differing.some((difference) => difference.partition === partition),
    );
  }

  get view(): JobStatus['audits'] {
    return this.#seen.size === 0 ? undefined : { total: this.#seen.size, first: this.#first };
  }
}

function viewOf({ map, first, other, counts, differing }: Audit): AuditView {
  const named = { map, first: first.attempt, other: other.attempt, counts };
  if (differing === 'all') return { ...named, differing: [] };
  const few = differing.slice(0, shown.differing);
  return { ...named, partitions: differing.length, differing: few };
}
