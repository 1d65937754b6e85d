import { ProgramError } from '../tasks.ts';

/**
 * Says why nothing can be emitted at the moment: the task is over, `combine` or `partition` is running,
 * or an earlier emission failed half way. That last error comes back even where a program caught it.
 */
export class EmissionGate {
  /** Checked before each emission; it must be false. */
  closed = false;
  #why = '';
  #failure: Error | undefined;

  /** Throws what an emission is answered while the gate is closed. */
  refuse(): never {
    if (this.#failure !== undefined) throw this.#failure;
    throw new ProgramError(`emit was called ${this.#why}; it can be called only while map runs`);
  }

  /** Runs `work`, during which nothing may be emitted. */
  during<T>(why: string, work: () => T): T {
    const wasClosed = this.closed;
    this.#close(why);
    try {
      const result = work();
      this.closed = wasClosed;
      return result;
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  /** As `during`, for a call on a hot path; `leave` or `fail` ends it. */
  enter(why: string): void {
    this.#close(why);
  }

  leave(): void {
    this.closed = false;
  }

  /** An emission failed half way: what is collected can no longer be relied on. */
  fail(error: unknown): void {
    this.closed = true;
    this.#failure ??= error instanceof Error ? error : new ProgramError(String(error));
  }

  /** The task is over. */
  end(): void {
    this.#close('after the task had ended (user functions are synchronous)');
  }

  #close(why: string): void {
    this.closed = true;
    this.#why = why;
  }
}
