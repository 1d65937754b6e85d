import type { Clock, Log } from '@mapreduce/service';
import { failedItself, type JobEnd } from './job-end.ts';
import { DeposedError, type Journal } from './journal/journal.ts';

export interface EndingOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly journal: Journal;
  /** The job is decided: workers are to be told at once. */
  readonly onBegin: () => void;
  /** The output is in order: everybody else may know. */
  readonly onEnd: () => void;
  readonly finishOutput: () => Promise<void>;
  /** What was to be made ready is ready, or has failed. */
  readonly prepared: Promise<unknown>;
  readonly discardOutput: () => Promise<void>;
  /** A later coordinator has taken over: the process must end. */
  readonly onDeposed: (error: DeposedError) => void;
}

/** How a job ends: decided once, then its output finished or taken back, and only then told. */
export class Ending {
  readonly ended: Promise<JobEnd>;
  readonly #options: EndingOptions;
  #begun = false;
  #end: (JobEnd & { readonly at: number }) | undefined;
  #resolve: (end: JobEnd) => void = () => undefined;
  readonly #decided = Promise.withResolvers<undefined>();

  constructor(options: EndingOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => (this.#resolve = resolve));
    // Whoever waits is told; where nobody does, the process ends all the same.
    this.decided.catch(() => undefined);
  }

  /** Resolves when the journal says how the job ends; rejects as it fails. */
  get decided(): Promise<unknown> {
    return this.#decided.promise;
  }

  get begun(): boolean {
    return this.#begun;
  }

  /** Undefined until the output is in order. */
  get end(): (JobEnd & { readonly at: number }) | undefined {
    return this.#end;
  }

  /** The first outcome counts; a job that cannot finish its output fails after all. */
  begin(outcome: JobEnd): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#options.onBegin();
    void this.#carryThrough(outcome);
  }

  /** The journal says that an earlier life decided so: what it may have left undone is done. */
  async resume(end: JobEnd): Promise<void> {
    this.#begun = true;
    this.#decided.resolve(undefined);
    const { onBegin, prepared } = this.#options;
    await prepared.catch(() => undefined);
    onBegin();
    if (end.state === 'succeeded' || (await this.#takeBack())) this.#tell(end);
  }

  async #carryThrough(outcome: JobEnd): Promise<void> {
    const { journal, prepared } = this.#options;
    const end = await this.#finished(outcome);
    // So that the journal tells of the output before it tells of the end.
    await prepared.catch(() => undefined);
    const { state, error } = end;
    try {
      // First: whoever takes over from now on must not go on with a job that is taken back.
      await journal.append({ kind: 'jobEnded', state, ...(error && { error }) });
    } catch (error) {
      // A journal that fails ends the process: nothing is left to do here.
      this.#decided.reject(error);
      return;
    }
    this.#decided.resolve(undefined);
    if (state === 'succeeded' || (await this.#takeBack())) this.#tell(end);
  }

  async #finished(outcome: JobEnd): Promise<JobEnd> {
    if (outcome.state !== 'succeeded') return outcome;
    try {
      await this.#options.finishOutput();
      return outcome;
    } catch (error) {
      return failedItself(error);
    }
  }

  /** Takes the output back; false where it belongs to a later coordinator. */
  async #takeBack(): Promise<boolean> {
    const { discardOutput, journal, log, onDeposed } = this.#options;
    try {
      await journal.checkInCharge();
      await discardOutput();
    } catch (error) {
      if (error instanceof DeposedError) {
        onDeposed(error);
        return false;
      }
      log.error('output not taken back', { error: String(error) });
    }
    return true;
  }

  #tell(end: JobEnd): void {
    const { clock, log, onEnd } = this.#options;
    log.info('job ended', { state: end.state, cause: end.error?.cause.message });
    this.#end = { ...end, at: clock.now() };
    onEnd();
    this.#resolve(end);
  }
}
