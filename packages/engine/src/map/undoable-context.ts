import { RecordContext } from '../task-context.ts';

/** What `map` is told, and what it counts, which can be taken back for the last record. */
export class UndoableContext extends RecordContext {
  /** What each counter was before each time that it was counted. */
  readonly #before: { readonly counter: string; readonly total: number | undefined }[] = [];

  override count(counter: string, by = 1): void {
    const total = this.totals.get(counter);
    super.count(counter, by);
    this.#before.push({ counter, total });
  }

  /** What was counted until now is there to stay. */
  keep(): void {
    this.#before.length = 0;
  }

  /** Takes back all that was counted since `keep`. */
  undo(): void {
    for (const { counter, total } of this.#before.reverse()) {
      if (total === undefined) this.totals.delete(counter);
      else this.totals.set(counter, total);
    }
    this.keep();
  }
}
