import type { Incarnation, Lease, LeaseRequest } from '@mapreduce/protocol';
import type { Clock, Timer } from '@mapreduce/service';

/** Answers kept a worker for requests that are repeated. */
const keptAnswers = 4;

interface Waiting {
  readonly request: string;
  readonly leases: Lease[];
  readonly answer: (leases: readonly Lease[]) => void;
  readonly timer: Timer;
}

interface Counter {
  waiting: Waiting | undefined;
  /** By request id, oldest first. */
  readonly answers: Map<string, Promise<readonly Lease[]>>;
}

/**
 * Where workers wait for tasks. A request is answered as soon as there is a lease for it, or when
 * its time is up; a repeat of a request id gets the answer of the first.
 */
export class LeaseDesk {
  readonly #clock: Clock;
  readonly #onTimeout: (worker: Incarnation) => void;
  readonly #counters = new Map<Incarnation, Counter>();
  /** Those that were given leases since the last `flush`. */
  readonly #given = new Set<Counter>();

  /** `onTimeout`: the worker's request is about to be answered with no lease. */
  constructor(clock: Clock, onTimeout: (worker: Incarnation) => void) {
    this.#clock = clock;
    this.#onTimeout = onTimeout;
  }

  get size(): { readonly counters: number; readonly answers: number } {
    let answers = 0;
    for (const counter of this.#counters.values()) answers += counter.answers.size;
    return { counters: this.#counters.size, answers };
  }

  /** The answer, if this request has been made before. */
  repeat({ incarnation, request }: LeaseRequest): Promise<readonly Lease[]> | undefined {
    return this.#counters.get(incarnation)?.answers.get(request);
  }

  /** Begins to wait, for `waitMs` at most. An older request of the worker ends without a lease. */
  wait({ incarnation, request }: LeaseRequest, waitMs: number): Promise<readonly Lease[]> {
    let counter = this.#counters.get(incarnation);
    if (counter === undefined) {
      counter = { waiting: undefined, answers: new Map() };
      this.#counters.set(incarnation, counter);
    }
    const at = counter;
    end(at);
    const answered = new Promise<readonly Lease[]>((answer) => {
      const timer = this.#clock.after(waitMs, () => {
        if (at.waiting?.request !== request) return;
        this.#onTimeout(incarnation);
        end(at);
      });
      at.waiting = { request, leases: [], answer, timer };
    });
    at.answers.set(request, answered);
    for (const oldest of at.answers.keys()) {
      if (at.answers.size <= keptAnswers) break;
      at.answers.delete(oldest);
    }
    return answered;
  }

  /** Puts a lease into the answer; false if the worker does not wait for one. */
  give(worker: Incarnation, lease: Lease): boolean {
    const counter = this.#counters.get(worker);
    if (counter?.waiting === undefined) return false;
    counter.waiting.leases.push(lease);
    this.#given.add(counter);
    return true;
  }

  /** Sends the answers that have leases in them. */
  flush(): void {
    for (const counter of this.#given) end(counter);
    this.#given.clear();
  }

  /** Whether the worker waits with this request. */
  waits(worker: Incarnation, request: string): boolean {
    return this.#counters.get(worker)?.waiting?.request === request;
  }

  /** There is nothing for this worker any more: the request that it waits with is answered. */
  excuse(worker: Incarnation): void {
    const counter = this.#counters.get(worker);
    if (counter !== undefined) end(counter);
  }

  /** Nobody will hear this worker's answer: it hung up, or is gone. */
  dismiss(worker: Incarnation): void {
    const counter = this.#counters.get(worker);
    if (counter !== undefined) end(counter);
    this.#counters.delete(worker);
  }

  /** Answers everybody. */
  close(): void {
    for (const counter of this.#counters.values()) end(counter);
  }
}

function end(counter: Counter): void {
  const { waiting } = counter;
  if (waiting === undefined) return;
  counter.waiting = undefined;
  waiting.timer.cancel();
  waiting.answer(waiting.leases);
}
