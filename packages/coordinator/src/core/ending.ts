import type { Clock, Log } from '@mapreduce/service';
import { failedItself, type JobEnd } from './job-end.ts';
import { DeposedError, type Journal } from './journal/journal.ts';

export interface EndingOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly journal: Journal;
  /** The job is decided: nothing more is begun. */
  readonly onBegin: () => void;
  /** The decision stands, whatever becomes of this coordinator: workers are to be told at once. */
  readonly onBinding: () => void;
  /** The output is in order: everybody else may know. */
  readonly onEnd: () => void;
  readonly finishOutput: () => Promise<void>;
  /** What was to be made ready is ready, or has failed. */
  readonly prepared: Promise<unknown>;
  readonly discardOutput: () => Promise<void>;
  /** A later coordinator has taken over, or may have (`DeposedError` or why): the process must end. */
  readonly onDeposed: (error: unknown) => void;
}

/**
 * How a job ends. It is decided once, then its output is finished; then the journal says so, and this
 * coordinator is seen to be in charge still: from then on it binds, and workers may go. What did not
 * succeed is taken back, and only then everybody else is told.
 */
export class Ending {
  readonly ended: Promise<JobEnd>;
  readonly #options: EndingOptions;
  #begun = false;
  #isBinding = false;
  #end: (JobEnd & { readonly at: number }) | undefined;
  #resolve: (end: JobEnd) => void = () => undefined;
  readonly #bound = Promise.withResolvers<undefined>();

  constructor(options: EndingOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => (this.#resolve = resolve));
    // Whoever waits is told; where nobody does, the process ends all the same.
    this.bound.catch(() => undefined);
  }

  /** Decided, though a crash may still undo it. */
  get begun(): boolean {
    return this.#begun;
  }

  /** The journal says how the job ends, and no later coordinator had begun by then. */
  get isBinding(): boolean {
    return this.#isBinding;
  }

  /** Resolves when the end binds; rejects where it never will. */
  get bound(): Promise<unknown> {
    return this.#bound.promise;
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
    await this.#options.prepared.catch(() => undefined);
    this.#options.onBegin();
    await this.#conclude(end);
  }

  async #carryThrough(outcome: JobEnd): Promise<void> {
    const { journal, prepared, onDeposed } = this.#options;
    let end: JobEnd;
    try {
      end = await this.#finished(outcome);
    } catch (error) {
      this.#bound.reject(error);
      onDeposed(error);
      return;
    }
    // So that the journal tells of the output before it tells of the end.
    await prepared.catch(() => undefined);
    const { state, error } = end;
    try {
      // First: whoever takes over from now on must not go on with a job that is taken back.
      await journal.append({ kind: 'jobEnded', state, ...(error && { error }) });
    } catch (error) {
      // A journal that fails ends the process: nothing is left to do here.
      this.#bound.reject(error);
      return;
    }
    await this.#conclude(end);
  }

  /** Throws `DeposedError`. */
  async #finished(outcome: JobEnd): Promise<JobEnd> {
    if (outcome.state !== 'succeeded') return outcome;
    try {
      await this.#options.finishOutput();
      return outcome;
    } catch (error) {
      if (error instanceof DeposedError) throw error;
      return failedItself(error);
    }
  }

  /** The end is durable. Where a later coordinator has begun before that, it has not read it. */
  async #conclude(end: JobEnd): Promise<void> {
    const { journal, onBinding, onDeposed } = this.#options;
    try {
      await journal.checkInCharge();
    } catch (error) {
      this.#bound.reject(error);
      onDeposed(error);
      return;
    }
    this.#isBinding = true;
    this.#bound.resolve(undefined);
    onBinding();
    if (end.state !== 'succeeded') await this.#takeBack();
    this.#tell(end);
  }

  async #takeBack(): Promise<void> {
    const { discardOutput, log } = this.#options;
    try {
      await discardOutput();
    } catch (error) {
      log.error('output not taken back', { error: String(error) });
    }
  }

  #tell(end: JobEnd): void {
    const { clock, log, onEnd } = this.#options;
    log.info('job ended', { state: end.state, cause: end.error?.cause.message });
    this.#end = { ...end, at: clock.now() };
    onEnd();
    this.#resolve(end);
  }
}
