import { ProgramError } from '../tasks.ts';

/**
 * Says why nothing can be emitted at the moment: the task is over, `combine` is running, or an
 * earlier emission failed half way. That last error comes back even where a program caught it.
 */
export class EmissionGate {
  /** Checked before each emission. */
  refusal: Error | undefined;

  /** Runs `work`, during which nothing may be emitted. */
  during<T>(why: string, work: () => T): T {
    const before = this.refusal;
    this.refusal = new ProgramError(`emit was called ${why}; emit only while map runs`);
    try {
      const result = work();
      this.refusal = before;
      return result;
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  /** An emission failed half way: what is collected can no longer be relied on. */
  fail(error: unknown): void {
    this.refusal = error instanceof Error ? error : new ProgramError(String(error));
  }

  close(): void {
    this.refusal ??= new ProgramError(
      'emit was called after map had returned; user functions are synchronous',
    );
  }
}
