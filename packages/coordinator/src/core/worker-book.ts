import type {
  AttemptId,
  HeartbeatRequest,
  Incarnation,
  Progress,
  RegisterRequest,
} from '@mapreduce/protocol';

interface Entry {
  readonly address: string;
  /** By attempt that it is to stop: how often it was told. */
  readonly cancelled: Map<AttemptId, number>;
  /** As of its last heartbeat. */
  running: HeartbeatRequest['attempts'];
  freeDiskBytes: number | undefined;
}

/** What the coordinator knows of workers that is of no interest to the scheduler. */
export class WorkerBook {
  readonly #entries = new Map<Incarnation, Entry>();

  get size(): { readonly workers: number; readonly cancellations: number } {
    let cancellations = 0;
    for (const { cancelled } of this.#entries.values()) cancellations += cancelled.size;
    return { workers: this.#entries.size, cancellations };
  }

  register({ incarnation, address }: RegisterRequest): void {
    this.#entries.set(incarnation, newEntry(address));
  }

  /** A worker that an earlier life knew. */
  expect(incarnation: Incarnation, address: string): void {
    if (this.#entries.has(incarnation)) return;
    this.#entries.set(incarnation, newEntry(address));
  }

  /** Kept after a worker is lost, for the status. */
  address(worker: Incarnation): string {
    return this.#entries.get(worker)?.address ?? '';
  }

  /** As its last heartbeat said; undefined before the first. */
  freeDiskBytes(worker: Incarnation): number | undefined {
    return this.#entries.get(worker)?.freeDiskBytes;
  }

  cancel(worker: Incarnation, attempt: AttemptId): void {
    this.#entries.get(worker)?.cancelled.set(attempt, 0);
  }

  /** What the worker ran and was to stop is over. */
  forget(worker: Incarnation): void {
    const entry = this.#entries.get(worker);
    if (entry === undefined) return;
    entry.running = [];
    entry.cancelled.clear();
  }

  /** The attempt's progress is counted as a result from now on. */
  completed(worker: Incarnation, attempt: AttemptId): void {
    const entry = this.#entries.get(worker);
    if (entry === undefined) return;
    entry.running = entry.running.filter((running) => running.attempt !== attempt);
  }

  /**
   * Takes a heartbeat; returns the attempts to stop. The worker is told until a heartbeat that it
   * sent later no longer names the attempt.
   */
  heartbeat({ incarnation, attempts, freeDiskBytes }: HeartbeatRequest): AttemptId[] {
    const entry = this.#entries.get(incarnation);
    if (entry === undefined) return [];
    entry.running = attempts;
    entry.freeDiskBytes = freeDiskBytes;
    const { cancelled } = entry;
    for (const [attempt, told] of cancelled) {
      const running = attempts.some((named) => named.attempt === attempt);
      if (told > 1 && !running) cancelled.delete(attempt);
      else cancelled.set(attempt, told + 1);
    }
    return [...cancelled.keys()];
  }

  /** Every attempt that is running, as far as heard. */
  *running(): Generator<{ attempt: AttemptId; progress: Progress }, void, undefined> {
    for (const { running } of this.#entries.values()) yield* running;
  }
}

function newEntry(address: string): Entry {
  return { address, cancelled: new Map(), running: [], freeDiskBytes: undefined };
}
