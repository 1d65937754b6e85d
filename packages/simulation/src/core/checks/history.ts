import type { AttemptId, Incarnation, TaskKind } from '@mapreduce/protocol';

/** What the lives of a coordinator have done between them, as far as rules hold across them. */
export class History {
  /** What was wrong, each once. */
  readonly problems = new Set<string>();
  /** Every lease there ever was. */
  readonly leased = new Map<AttemptId, Incarnation>();
  /** How often reduces began anew because a map gave other records. */
  redone = 0;
  readonly #leases = new Map<string, number>();

  report(problem: string): void {
    this.problems.add(problem);
  }

  countLease(kind: TaskKind, index: number): void {
    const task = `${kind} ${index}`;
    this.#leases.set(task, (this.#leases.get(task) ?? 0) + 1);
  }

  /** Of the task that was leased most often. */
  get mostLeases(): number {
    return Math.max(0, ...this.#leases.values());
  }
}
