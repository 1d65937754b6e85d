import type { Clock, Log } from '@mapreduce/service';
import { failedItself, type JobEnd } from './job-end.ts';
import type { Journal } from './journal/journal.ts';

export interface EndingOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly journal: Journal;
  /** The job is decided: workers are to be told at once. */
  readonly onBegin: () => void;
  /** The output is in order: everybody else may know. */
  readonly onEnd: () => void;
  readonly finishOutput: () => Promise<void>;
  readonly discardOutput: () => Promise<void>;
}

/** How a job ends: decided once, then its output finished or taken back, and only then told. */
export class Ending {
  readonly ended: Promise<JobEnd>;
  readonly #options: EndingOptions;
  #begun = false;
  #end: (JobEnd & { readonly at: number }) | undefined;
  #resolve: (end: JobEnd) => void = () => undefined;

  constructor(options: EndingOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => (this.#resolve = resolve));
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

  async #carryThrough(outcome: JobEnd): Promise<void> {
    const { clock, journal, log, onEnd } = this.#options;
    const end = await this.#settleOutput(outcome);
    const cause = end.error?.cause;
    // A journal that fails ends the process: nothing is left to do here.
    await journal
      .append({ kind: 'jobEnded', state: end.state, ...(cause && { cause }) })
      .catch(() => undefined);
    log.info('job ended', { state: end.state, cause: cause?.message });
    this.#end = { ...end, at: clock.now() };
    onEnd();
    this.#resolve(end);
  }

  async #settleOutput(outcome: JobEnd): Promise<JobEnd> {
    const { finishOutput, discardOutput, log } = this.#options;
    let end = outcome;
    if (end.state === 'succeeded') {
      try {
        await finishOutput();
        return end;
      } catch (error) {
        end = failedItself(error);
      }
    }
    try {
      await discardOutput();
    } catch (error) {
      log.error('output not taken back', { error: String(error) });
    }
    return end;
  }
}
