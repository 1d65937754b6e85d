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
  /** The journal tells of a life that workers must hold on to. */
  readonly hasBound: boolean;
  /** What workers hold can be held against a plan: what was offered is in the journal. */
  readonly isPlanned: () => boolean;
  /** A later coordinator has taken over: the process must end. */
  readonly onDeposed: (error: DeposedError) => void;
}

/**
 * The coordinator's epoch beside those that workers name. A generation above 1 says that there were
 * lives of which this journal does not tell: it is the first thing that a coordinator takes when it
 * finds that out, so that the lives after it know.
 */
export class EpochGuard {
  readonly #options: EpochGuardOptions;
  readonly #bootedAt: number;
  #current: Epoch;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: EpochGuardOptions) {
    this.#options = options;
    this.#current = options.journal.epoch;
    this.#bootedAt = options.clock.now();
  }

  get current(): Epoch {
    return this.#current;
  }

  /**
   * The job goes on, and what workers of the lives before still run or hold shall not be leased to
   * others before they are back: it would all be done twice. Who the journal tells of comes soon; what
   * nobody has judged yet is waited for longer.
   */
  awaitWorkers({ isDescribed }: { readonly isDescribed: boolean }): void {
    if (this.#current.generation > 1 && !this.#options.isPlanned()) this.#holdLeases(comingMs);
    else if (isDescribed) this.#holdLeases(returningMs);
  }

  /** Something shows that there was a life before, of which the journal does not tell. */
  async foundLife(): Promise<void> {
    if (this.#current.generation === 1) await this.#raise(this.#current);
  }

  /**
   * A worker that registers names the epoch that it served until now. Where that is of no life that
   * this journal tells of, the coordinator takes a generation above it, if nobody else can have: the
   * generation is its own, and no later boot has begun. One above its own is another coordinator's, which
   * has replaced it, unless it is young and nothing binds its workers to it yet. Throws `WRONG_EPOCH`
   * where the worker cannot be served.
   */
  async meet(named: Epoch): Promise<void> {
    // One after the other: each sees what those before it have changed.
    const turn = this.#turn.then(() => this.#judge(named));
    this.#turn = turn.catch(() => undefined);
    try {
      await turn;
    } catch (error) {
      if (!(error instanceof DeposedError)) throw error;
      this.#options.onDeposed(error);
      throw refusal();
    }
  }

  async #judge(named: Epoch): Promise<void> {
    if (sameEpoch(named, this.#current)) return;
    const { clock, hasBound, isPlanned, journal } = this.#options;
    const { generation } = this.#current;
    if (compareEpochs(named, this.#current) < 0) {
      const isTold = journal.told.some((epoch) => sameEpoch(epoch, named));
      if (!isTold && !isPlanned()) await this.foundLife();
      return;
    }
    await journal.checkInCharge();
    if (named.generation > generation) {
      if (clock.now() - this.#bootedAt >= searchMs) throw new DeposedError();
      // It may be told so by a worker of a life that is lost: to end at each boot would end nothing.
      if (hasBound) throw refusal();
    }
    await this.#raise(named);
  }

  #holdLeases(ms: number): void {
    this.#options.driver.send({ kind: 'leasesHeld', until: this.#bootedAt + ms });
  }

  /** Nobody hears of the new epoch before whoever takes over is sure to read of it. */
  async #raise(above: Epoch): Promise<void> {
    const { driver, journal, random } = this.#options;
    const { boot, generation } = this.#current;
    this.#holdLeases(comingMs);
    const highest = Math.max(generation, above.generation);
    const epoch = { generation: highest + 1, boot, nonce: random.hex(8) };
    await journal.append({ kind: 'epochRaised', epoch });
    await journal.checkInCharge();
    this.#current = epoch;
    driver.send({ kind: 'epochRaised', epoch });
  }
}

function refusal(): ServiceError {
  return new ServiceError('WRONG_EPOCH', 'another coordinator of this job has started');
}
