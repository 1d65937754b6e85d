import { faultKinds, type FaultKind } from './faults/fault.ts';
import { programNames, type ProgramName } from './workload/programs.ts';

/** Ways in which some jobs must end. */
const ends = ['succeeded', 'failed', 'cancelled'] as const;

/** What counts of one seed when many are added up. */
export interface SeedOutcome {
  readonly seed: number;
  /** Absent where it ended before that was known. */
  readonly program?: ProgramName;
  readonly problems: readonly string[];
  /** How the job ended; nothing where it did not. */
  readonly end?: string | undefined;
  readonly fired: readonly FaultKind[];
  readonly events: number;
  /** Real milliseconds that it took. */
  readonly ms: number;
  /** Virtual milliseconds between the last fault's healing and the job's end. */
  readonly afterHealMs: number;
  readonly mostLeases: number;
}

/** What many seeds come to. */
export interface Summary {
  readonly planned: number;
  readonly passed: number;
  readonly failed: readonly SeedOutcome[];
  /** How often each kind of fault struck. */
  readonly fired: ReadonlyMap<FaultKind, number>;
  readonly events: number;
  /** Real milliseconds of all seeds. */
  readonly ms: number;
  readonly slowest: SeedOutcome | undefined;
  /** The longest that a job needed once all was healed, and the most leases of one task. */
  readonly longestAfterHealMs: number;
  readonly mostLeases: number;
  /** Why the run as a whole proves nothing, though no seed failed. */
  readonly faults: readonly string[];
}

/** Adds results up as they come. */
export class SummaryBuilder {
  readonly #planned: number;
  readonly #failed: SeedOutcome[] = [];
  readonly #fired = new Map<FaultKind, number>(faultKinds.map((kind) => [kind, 0]));
  readonly #seen = new Set<number>();
  readonly #programs = new Set<ProgramName>();
  readonly #ends = new Set<string | undefined>();
  #passed = 0;
  #events = 0;
  #ms = 0;
  #longestAfterHealMs = 0;
  #mostLeases = 0;
  #slowest: SeedOutcome | undefined;

  constructor(planned: number) {
    this.#planned = planned;
  }

  add(outcome: SeedOutcome): void {
    this.#seen.add(outcome.seed);
    if (outcome.program !== undefined) this.#programs.add(outcome.program);
    this.#ends.add(outcome.end);
    if (outcome.problems.length === 0) this.#passed += 1;
    else this.#failed.push(outcome);
    this.#events += outcome.events;
    this.#ms += outcome.ms;
    this.#longestAfterHealMs = Math.max(this.#longestAfterHealMs, outcome.afterHealMs);
    this.#mostLeases = Math.max(this.#mostLeases, outcome.mostLeases);
    if (outcome.ms > (this.#slowest?.ms ?? -1)) this.#slowest = outcome;
    for (const kind of outcome.fired) this.#fired.set(kind, (this.#fired.get(kind) ?? 0) + 1);
  }

  build(): Summary {
    const faults = faultKinds
      .filter((kind) => this.#fired.get(kind) === 0)
      .map((kind) => `no fault of kind ${kind} ever struck`);
    for (const program of programNames) {
      if (!this.#programs.has(program)) faults.push(`no seed ran the program ${program}`);
    }
    for (const end of ends) {
      if (!this.#ends.has(end)) faults.push(`no job has ended as ${end}`);
    }
    const ran = this.#seen.size;
    if (ran < this.#planned) faults.push(`${ran} seeds ran, and ${this.#planned} were planned`);
    return {
      planned: this.#planned,
      passed: this.#passed,
      failed: this.#failed,
      fired: this.#fired,
      events: this.#events,
      ms: this.#ms,
      slowest: this.#slowest,
      longestAfterHealMs: this.#longestAfterHealMs,
      mostLeases: this.#mostLeases,
      faults,
    };
  }
}
