import { faultKinds, type FaultKind } from './faults/fault.ts';
import type { SeedResult } from './simulate.ts';

/** What many seeds come to. */
export interface Summary {
  readonly planned: number;
  readonly passed: number;
  readonly failed: readonly SeedResult[];
  /** How often each kind of fault struck. */
  readonly fired: ReadonlyMap<FaultKind, number>;
  readonly events: number;
  /** Why the run as a whole proves nothing, though no seed failed. */
  readonly faults: readonly string[];
}

/** Adds results up as they come. */
export class SummaryBuilder {
  readonly #planned: number;
  readonly #failed: SeedResult[] = [];
  readonly #fired = new Map<FaultKind, number>(faultKinds.map((kind) => [kind, 0]));
  #passed = 0;
  #events = 0;

  constructor(planned: number) {
    this.#planned = planned;
  }

  add(result: SeedResult): void {
    if (result.problems.length === 0) this.#passed += 1;
    else this.#failed.push(result);
    this.#events += result.events;
    for (const kind of result.fired) this.#fired.set(kind, (this.#fired.get(kind) ?? 0) + 1);
  }

  build(): Summary {
    const ran = this.#passed + this.#failed.length;
    const faults = faultKinds
      .filter((kind) => this.#fired.get(kind) === 0)
      .map((kind) => `no fault of kind ${kind} ever struck`);
    if (ran < this.#planned) faults.push(`${ran} seeds ran, and ${this.#planned} were planned`);
    return {
      planned: this.#planned,
      passed: this.#passed,
      failed: this.#failed,
      fired: this.#fired,
      events: this.#events,
      faults,
    };
  }
}
