/** What a queue looks like at this moment. */
export interface QueueState {
  /** Keys that wait for a worker; not those that wait for a time. */
  readonly depth: number;
  /** Sum of the ages of all that is being processed. */
  readonly unfinishedSeconds: number;
  readonly longestRunningSeconds: number;
}

export interface QueueMetrics {
  added(): void;
  retried(): void;
  /** A key left the queue for a worker, having waited so long. */
  started(waitedSeconds: number): void;
  finished(workedSeconds: number): void;
}

/** `requeue`: it met a conflict, and looks again. */
export type ReconcileOutcome = 'success' | 'requeue_after' | 'requeue' | 'error';

export interface ControllerMetrics {
  reconciled(outcome: ReconcileOutcome, seconds: number): void;
  workers(active: number): void;
}

export interface RequestOutcome {
  /** The HTTP status, or `<error>` where there was no answer. */
  readonly code: string;
  readonly method: string;
  readonly host: string;
  readonly seconds: number;
}

/** Where the runtime counts. The adapter to Prometheus gives it controller-runtime's names. */
export interface RuntimeMetrics {
  /** `state` is asked for whenever metrics are read. */
  queue(name: string, state: () => QueueState): QueueMetrics;
  controller(name: string, maxConcurrent: number): ControllerMetrics;
  request(outcome: RequestOutcome): void;
  leader(name: string, isLeader: boolean): void;
}

/** Counts nothing. */
export const noMetrics: RuntimeMetrics = {
  queue: () => ({
    added: () => undefined,
    retried: () => undefined,
    started: () => undefined,
    finished: () => undefined,
  }),
  controller: () => ({ reconciled: () => undefined, workers: () => undefined }),
  request: () => undefined,
  leader: () => undefined,
};
