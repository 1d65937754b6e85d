import { compareEpochs, sameEpoch, ServiceError, type Epoch } from '@mapreduce/protocol';
import type { Clock, Random } from '@mapreduce/service';
import { DeposedError, type Journal } from '../journal/journal.ts';
import type { SchedulerDriver } from '../scheduler-driver.ts';

/** Workers of an earlier life come within that time, in milliseconds, or are given up. */
const comingMs = 10_000;
/** Those that had lost their coordinator for a moment mostly come back within that time. */
const returningMs = 1_000;
/** So long a worker looks for its coordinator before it gives up. */
const searchMs = 60_000;

export interface EpochGuardOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly driver: SchedulerDriver;
  /** Nothing is known of any life before this one. */
  readonly isFirst: boolean;
  /** The journal tells of a life that workers must hold on to. */
  readonly hasBound: boolean;
  /** A later coordinator has taken over: the process must end. */
  readonly onDeposed: (error: DeposedError) => void;
}

/** The coordinator's epoch beside those that workers name. */
export class EpochGuard {
  readonly #options: EpochGuardOptions;
  readonly #bootedAt: number;
  #current: Epoch;

  constructor(options: EpochGuardOptions) {
    this.#options = options;
    this.#current = options.journal.epoch;
    this.#bootedAt = options.clock.now();
    if (options.isFirst && this.#current.generation > 1) this.awaitWorkers();
  }

  get current(): Epoch {
    return this.#current;
  }

  /** There was a life before this one, and its journal is gone: its workers are waited for. */
  awaitWorkers(): void {
    this.#holdLeases(comingMs);
  }

  /**
   * The journal tells of a life that had leased tasks. What its workers still run shall not be leased
   * to others before they are back: it would all be done twice.
   */
  awaitReturning(): void {
    this.#holdLeases(returningMs);
  }

  /**
   * A worker that registers names the epoch that it served until now. Without a journal, one at or
   * above its own tells the coordinator that it is not the first: it takes a generation above that.
   * With a journal, or long after its boot, a higher one tells it that it has been replaced. Throws
   * `WRONG_EPOCH` where the worker cannot be served.
   */
  async meet(named: Epoch): Promise<void> {
    if (sameEpoch(named, this.#current)) return;
    const { clock, hasBound, isFirst } = this.#options;
    const order = compareEpochs(named, this.#current);
    if (order < 0) {
      if (isFirst) this.awaitWorkers();
      return;
    }
    const isYoung = clock.now() - this.#bootedAt < searchMs;
    if (!hasBound && (order === 0 || isYoung) && (await this.#isInCharge())) {
      // Another worker may have come first meanwhile.
      if (compareEpochs(named, this.#current) >= 0) this.#raise(named);
      return;
    }
    if (order > 0) this.#options.onDeposed(new DeposedError());
    throw new ServiceError('WRONG_EPOCH', 'another coordinator of this job has started');
  }

  /** Whether no later boot has begun a file beside this one's. */
  async #isInCharge(): Promise<boolean> {
    try {
      await this.#options.journal.checkInCharge();
      return true;
    } catch (error) {
      if (error instanceof DeposedError) return false;
      throw error;
    }
  }

  #holdLeases(ms: number): void {
    this.#options.driver.send({ kind: 'leasesHeld', until: this.#bootedAt + ms });
  }

  /** Durable once the journal is flushed. */
  #raise({ generation }: Epoch): void {
    const { driver, journal, random } = this.#options;
    const { boot } = this.#current;
    this.#current = { generation: generation + 1, boot, nonce: random.hex(8) };
    void journal.append({ kind: 'epochRaised', epoch: this.#current });
    driver.send({ kind: 'epochRaised', epoch: this.#current });
    this.awaitWorkers();
  }
}
