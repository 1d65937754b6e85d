import {
  parseAttemptId,
  type AttemptId,
  type DigestHex,
  type HeldOutput,
  type Incarnation,
  type RegisterRequest,
} from '@mapreduce/protocol';
import { holdsLease, workerState } from '@mapreduce/scheduler';
import type { Digest, Log } from '@mapreduce/service';
import { splitDigest } from '@mapreduce/storage';
import type { Audits } from '../audit/audits.ts';
import type { MapOutputs } from '../map-outputs.ts';
import type { Planner } from '../planner.ts';
import type { SchedulerDriver } from '../scheduler-driver.ts';

export interface AdoptionOptions {
  readonly driver: SchedulerDriver;
  readonly planner: Planner;
  readonly outputs: MapOutputs;
  readonly audits: Audits;
  readonly jobDigest: DigestHex;
  readonly digest: Digest;
  readonly facts: Log;
  /** The plan is that of the journal, so what runs was leased by it. */
  readonly isPlanKept: boolean;
}

type Running = RegisterRequest['running'][number];

/**
 * Takes over what workers hold and run from earlier lives of the coordinator. What the journal knows,
 * it knows; anything else is judged by content: the digest of settings and program, and that of the
 * split and the cut points.
 */
export class Adoption {
  readonly #options: AdoptionOptions;
  /** What they offered before the plan was made. */
  #offers: { readonly worker: Incarnation; readonly held: readonly HeldOutput[] }[] = [];

  constructor(options: AdoptionOptions) {
    this.#options = options;
  }

  /** Takes what a worker registers with, and returns the attempts that it is to stop. */
  register({ incarnation, jobDigest, held, running }: RegisterRequest): AttemptId[] {
    const isOurs = jobDigest === undefined || jobDigest === this.#options.jobDigest;
    if (isOurs) this.hold(incarnation, held);
    return running
      .filter((attempt) => !isOurs || !this.#resume(incarnation, attempt))
      .map(({ attempt }) => attempt);
  }

  /** A worker serves these outputs. */
  hold(worker: Incarnation, held: readonly HeldOutput[]): void {
    const { audits, driver, outputs: known, planner } = this.#options;
    if (held.length === 0) return;
    if (planner.final === undefined) {
      this.#offers.push({ worker, held });
      return;
    }
    const outputs = held.filter((output) => this.#isTrue(output));
    if (outputs.length < held.length) {
      const refused = held.length - outputs.length;
      this.#options.facts.warn('outputs of another plan are not taken over', { worker, refused });
    }
    known.arriving(outputs, () => driver.send({ kind: 'outputsHeld', worker, outputs }));
    audits.judge({ asks: false });
    for (const output of outputs) audits.late({ worker, ...output }, { asks: false });
  }

  /** Whether the worker offers what cannot be judged yet. */
  hasOffersOf(worker: Incarnation): boolean {
    return this.#offers.some((offer) => offer.worker === worker);
  }

  /** The job is planned and cut: what was offered before can be judged. */
  planned(): void {
    const offers = this.#offers;
    this.#offers = [];
    for (const { worker, held } of offers) {
      if (workerState(this.#options.driver.state, worker) === 'alive') this.hold(worker, held);
    }
  }

  #resume(worker: Incarnation, running: Running): boolean {
    const { driver } = this.#options;
    const { attempt, progress } = running;
    if (holdsLease(driver.state, worker, attempt)) return true;
    if (!this.#mayGoOn(running)) return false;
    const commands = driver.send({ kind: 'attemptResumed', worker, attempt, progress });
    return !commands.some(
      (command) => command.kind === 'cancelAttempt' && command.attempt === attempt,
    );
  }

  #mayGoOn({ attempt, split, plan }: Running): boolean {
    const { audits, isPlanKept, planner } = this.#options;
    const { kind, index } = parseAttemptId(attempt);
    switch (kind) {
      case 'describe':
        return true;
      case 'sample':
        return isPlanKept;
      case 'map':
        return split !== undefined && this.#isSplit(index, split);
      case 'reduce':
        // Of another plan it would merge what does not belong together; and what was found out of
        // maps that ran again is known only where the journal is.
        return isPlanKept && plan === planner.final?.digest && !audits.mayBeStale(index);
    }
  }

  /** Whether the output is the one that counts, or could be. */
  #isTrue({ map, attempt, split, storedRoot, contentRoot }: HeldOutput): boolean {
    const { outputs } = this.#options;
    const known = outputs.table.output(map);
    if (known?.attempt === attempt) {
      return known.storedRoot === storedRoot && known.contentRoot === contentRoot;
    }
    return this.#isSplit(map, split);
  }

  /** Other cut points would have put other records into the partitions. */
  #isSplit(index: number, split: DigestHex): boolean {
    const { digest, planner } = this.#options;
    const { final } = planner;
    if (final === undefined || index >= final.maps) return false;
    return splitDigest(digest, planner.split(index), final) === split;
  }
}
