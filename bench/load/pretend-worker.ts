import type {
  AttemptId,
  Epoch,
  Lease,
  LogEvent,
  MapManifest,
  ProgramDescription,
} from '@mapreduce/protocol';
import type { Caller } from './caller.ts';

const WAIT_MS = 30_000;
const SLOTS = 1;

export interface PretendWorkerOptions {
  readonly caller: Caller;
  readonly incarnation: string;
  /** Where it claims to serve segments. */
  readonly address: string;
  readonly reducers: number;
}

/** Speaks a worker's part, and does none of the work. */
export class PretendWorker {
  /** What it is to be doing. */
  lease: Lease | undefined;
  readonly #options: PretendWorkerOptions;
  #epoch: Epoch | undefined;
  #leaseCount = 0;
  #logNext = 0;

  constructor(options: PretendWorkerOptions) {
    this.#options = options;
  }

  async register(): Promise<void> {
    const { caller, incarnation, address } = this.#options;
    const request = { incarnation, address, slots: SLOTS, held: [], running: [] };
    this.#epoch = (await caller.call('register', request)).epoch;
  }

  /** Resolves when there is a task for it. */
  async waitForLease(): Promise<void> {
    this.#leaseCount += 1;
    const request = `${this.#leaseCount}`;
    const { leases } = await this.#options.caller.call('lease', {
      ...this.#sender(),
      request,
      slots: SLOTS,
      waitMs: WAIT_MS,
    });
    this.lease = leases[0];
  }

  /** Returns the tail of the completion log. */
  async heartbeat(): Promise<readonly LogEvent[]> {
    const logFrom = this.#logNext;
    const progress = { records: 0, bytes: 0, totalBytes: 0, fetchedBytes: 0 };
    const { log } = await this.#options.caller.call('heartbeat', {
      ...this.#sender(),
      attempts: this.lease === undefined ? [] : [{ attempt: this.lease.attempt, progress }],
      logFrom,
      freeDiskBytes: 2 ** 40,
    });
    this.#logNext = Math.max(this.#logNext, logFrom + log.length);
    return log;
  }

  async completeDescribe(description: ProgramDescription): Promise<void> {
    const { attempt } = this.#take();
    const result = { kind: 'describe', description } as const;
    await this.#options.caller.call('complete', { ...this.#sender(), attempt, result });
  }

  /** Claims to have mapped a split into one record a partition; false if it came to nothing. */
  async completeMap(): Promise<boolean> {
    const { attempt } = this.#take();
    const result = manifestOf(attempt, this.#options.reducers);
    const request = { ...this.#sender(), attempt, result };
    return (await this.#options.caller.call('complete', request)).accepted;
  }

  #take(): Lease {
    const { lease } = this;
    if (lease === undefined) throw new Error('nothing is leased');
    this.lease = undefined;
    return lease;
  }

  #sender() {
    if (this.#epoch === undefined) throw new Error('not registered');
    return { incarnation: this.#options.incarnation, epoch: this.#epoch };
  }
}

function manifestOf(attempt: AttemptId, reducers: number): MapManifest {
  const root = Buffer.from(attempt).toString('hex').slice(-64).padStart(64, '0');
  return {
    kind: 'map',
    storedRoot: root,
    contentRoot: root,
    partitionRecords: Array<number>(reducers).fill(1),
    partitionBytes: Array<number>(reducers).fill(100),
    recordsIn: reducers,
    bytesIn: 100 * reducers,
    recordsEmitted: reducers,
    recordsOut: reducers,
    bytesOut: 100 * reducers,
    spills: 0,
    counters: {},
    skipped: [],
  };
}
