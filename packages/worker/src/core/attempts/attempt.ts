import type { AttemptId, Lease, Plan, Progress, Task } from '@mapreduce/protocol';
import { joinPath } from '@mapreduce/service';

/** One leased attempt, from its lease until the coordinator knows how it ended. */
export class Attempt {
  readonly id: AttemptId;
  readonly task: Task;
  /** What it was leased with. */
  readonly plan: Plan | undefined;
  /** Its own directory in the worker's scratch directory. */
  readonly directory: string;
  readonly #controller = new AbortController();
  #isMade = false;
  #progress: Progress = { records: 0, bytes: 0, totalBytes: 0, fetchedBytes: 0 };

  constructor(lease: Lease, plan: Plan | undefined, scratch: string) {
    this.id = lease.attempt;
    this.task = lease.task;
    this.plan = plan;
    this.directory = joinPath(scratch, lease.attempt);
  }

  /** Aborts when the attempt can no longer win, or the worker ends. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get progress(): Progress {
    return this.#progress;
  }

  cancel(): void {
    this.#controller.abort();
  }

  /** What it was to make is there, and only to be reported. */
  get isMade(): boolean {
    return this.#isMade;
  }

  made(): void {
    this.#isMade = true;
  }

  /** What the executor says; bytes fetched are the supervisor's to count. */
  progressed({ records, bytes, totalBytes }: Progress): void {
    this.#progress = { ...this.#progress, records, bytes, totalBytes };
  }

  fetched(bytes: number): void {
    this.#progress = { ...this.#progress, fetchedBytes: this.#progress.fetchedBytes + bytes };
  }
}
