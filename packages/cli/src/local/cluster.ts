import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CoordinatorConfig, JobStatus } from '@mapreduce/protocol';
import { ServiceError } from '@mapreduce/protocol/plain';
import { TransportError } from '@mapreduce/service';
import { NodeTransport } from '@mapreduce/service/node';
import { commandNotes } from '@mapreduce/worker/command-notes';
import { CliError, exitCodes } from '../exit-codes.ts';
import { CoordinatorProcess, lost } from './coordinator-process.ts';
import { givenUp } from './given-up.ts';
import { coreIdle } from './idle-core.ts';
import { RoleProcess, type Ended } from './role-process.ts';
import type { RunDirectory } from './run-directory.ts';
import { RestartLimit } from './restart-limit.ts';

/** A coordinator that does not answer for so long is given up. */
const COORDINATOR_LOST_MS = 60_000;
/** Between two tries while it does not answer: it is being started again. */
const RETRY_MS = 50;
/** Workers that wait for others start after so long, whatever has become of those before them. */
const LONGEST_START_MS = 500;
/** A worker for which there is no core starts after so long, though none stands idle. */
const NO_CORE_MS = 2_000;
/** A job that looked small and takes twice as long as those do gets its other workers. */
const SMALL_JOB_MS = 1_000;
/** When the last worker has gone because the job is over, that is known here within so long. */
const END_KNOWN_MS = 1_000;

export interface ClusterOptions {
  /** The file that Node runs for each role. */
  readonly entry: string;
  readonly directory: RunDirectory;
  readonly workers: number;
  /** Tasks that each worker runs at once. */
  readonly slots: number;
  /** The job may well be over before a second worker has started: that one would only be in the way. */
  readonly isSmall: boolean;
  /** A worker has ended, and another takes its place. */
  readonly onWorkerEnded: (worker: number, ended: Ended) => void;
  /** The coordinator has ended, and another goes on where it was. */
  readonly onCoordinatorEnded: (ended: Ended) => void;
}

/**
 * One coordinator and some workers on this machine, started at once as far as there are cores for
 * them: while they load, the caller finds out what they are to do. A start takes all of a core, so
 * where all shared too few, none would be ready before all are: the last core's worker starts when
 * the first is there, and those for which there is none one by one, as soon as a core stands idle. A
 * job that is small has one, and the others if it takes longer than that.
 */
export class LocalCluster {
  readonly #options: ClusterOptions;
  readonly #coordinator: CoordinatorProcess;
  readonly #transport: NodeTransport;
  readonly #workers = new Map<number, RoleProcess>();
  readonly #lost = Promise.withResolvers<never>();
  #address: string | undefined;
  /** The life of the coordinator that told the last status. */
  #told = 0;
  #stopping = false;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.#transport = new NodeTransport({ control: options.directory.controlToken });
    this.#lost.promise.catch(() => undefined);
    this.#coordinator = new CoordinatorProcess({
      start: () => this.#start('coordinator', ['coordinator', '--config', '-']),
      onRestart: options.onCoordinatorEnded,
      onLost: (error) => this.#lost.reject(error),
      log: join(options.directory.logs, 'coordinator.log'),
    });
    this.#startWorkers().catch((error: unknown) => this.#lost.reject(error));
  }

  /** Gives the coordinator its job; resolves when it listens and the workers know where. */
  async configure(config: CoordinatorConfig): Promise<void> {
    const address = await this.#orLost(this.#coordinator.configure(config));
    this.#address = address;
    for (const worker of this.#workers.values()) worker.send({ coordinator: address });
  }

  /**
   * The job's status once it is newer than version `after`, or after `waitMs`; the first that a
   * restarted coordinator tells is newer than any. Throws `CliError` where none will come.
   */
  async status(after: number, waitMs: number): Promise<JobStatus> {
    let failingSince: number | undefined;
    for (;;) {
      const { lives } = this.#coordinator;
      const request = { after: lives === this.#told ? after : 0, waitMs };
      const options = { timeoutMs: waitMs + 10_000 };
      try {
        const status = this.#transport.call(this.#listening(), 'status', request, options);
        const told = await this.#orLost(status);
        this.#told = lives;
        return told;
      } catch (error) {
        if (!mayPass(error)) throw error;
        failingSince ??= performance.now();
        if (performance.now() - failingSince > COORDINATOR_LOST_MS) {
          throw lost(`the coordinator does not answer: ${error.message}`);
        }
      }
      await this.#orLost(delay(RETRY_MS));
    }
  }

  /** Asks the coordinator to cancel; harmless when it cannot be reached. */
  async cancel(reason: string): Promise<void> {
    if (this.#address === undefined) return;
    try {
      await this.#transport.call(this.#address, 'cancel', { reason }, { timeoutMs: 1_000 });
    } catch (error) {
      if (!(error instanceof TransportError || error instanceof ServiceError)) throw error;
    }
  }

  /**
   * Ends every process by SIGKILL, which is safe at any time: what is committed is on the disk, and
   * the rest is in the run's directory. Resolves when all are gone.
   */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.kill();
    this.#transport.close();
    await Promise.all([...this.#processes()].map(({ ended }) => ended));
  }

  /** The same, without waiting. */
  kill(): void {
    this.#stopping = true;
    for (const process of this.#processes()) process.kill();
  }

  *#processes(): Generator<RoleProcess | CoordinatorProcess> {
    yield this.#coordinator;
    yield* this.#workers.values();
  }

  #start(name: string, args: readonly string[], commands?: string): RoleProcess {
    const { entry, directory } = this.#options;
    const logFile = join(directory.logs, `${name}.log`);
    return new RoleProcess({ entry, args, logFile, ...(commands !== undefined && { commands }) });
  }

  async #startWorkers(): Promise<void> {
    const { workers, isSmall } = this.#options;
    const cores = availableParallelism();
    const first = isSmall ? 1 : Math.min(workers, Math.max(1, cores - 1));
    this.#startThose(1, first);
    const isOneUp = isSmall ? [] : [...this.#workers.values()].map(({ ready }) => ready);
    const longest = isSmall ? SMALL_JOB_MS : LONGEST_START_MS;
    const waited = delay(longest, undefined, { ref: false });
    await Promise.race([...isOneUp, waited]).catch(() => undefined);
    this.#startThose(first + 1, Math.min(workers, cores));
    for (let number = cores + 1; number <= workers && !this.#stopping; number++) {
      await coreIdle(NO_CORE_MS);
      this.#startThose(number, number);
    }
  }

  #startThose(from: number, to: number): void {
    if (this.#stopping) return;
    for (let number = from; number <= to; number++) this.#startWorker(number, new RestartLimit());
  }

  #startWorker(number: number, limit: RestartLimit): void {
    const { directory, slots } = this.#options;
    const own = join(directory.workers, String(number));
    const args = [
      ...['worker', '--coordinator', '-', '--token-file', directory.tokenFiles.worker],
      ...['--slots', String(slots), '--host', '127.0.0.1', '--port', '0'],
      // The same in each of its lives: it offers what the one before has left.
      ...['--directory', own],
    ];
    const worker = this.#start(`worker-${number}`, args, commandNotes(own));
    this.#workers.set(number, worker);
    if (this.#address !== undefined) worker.send({ coordinator: this.#address });
    const started = performance.now();
    let isUp = false;
    worker.ready.then(
      () => (isUp = true),
      () => undefined,
    );
    void worker.ended.then((ended) => {
      // Its executors may be in a loop of the program's, and would not notice.
      worker.kill();
      if (this.#stopping) return;
      if (ended.code === exitCodes.done) {
        this.#left(number, ended);
        return;
      }
      // One that came up died of something else; the job bounds how many workers a task may end.
      const next = isUp ? new RestartLimit() : limit;
      if (isUp || limit.allows(started, performance.now())) {
        this.#options.onWorkerEnded(number, ended);
        this.#startWorker(number, next);
      } else {
        const log = join(directory.logs, `worker-${number}.log`);
        this.#lost.reject(
          new CliError(givenUp(`worker ${number} does not stay up`, ended, log), exitCodes.failed),
        );
      }
    });
  }

  /** A worker has heard that the job is over, or was told to leave: somebody must go on then. */
  #left(number: number, ended: Ended): void {
    this.#workers.delete(number);
    if (this.#workers.size > 0) return;
    void delay(END_KNOWN_MS, undefined, { ref: false }).then(() => {
      if (this.#stopping || this.#workers.size > 0) return;
      this.#options.onWorkerEnded(number, ended);
      this.#startWorker(number, new RestartLimit());
    });
  }

  #listening(): string {
    if (this.#address === undefined) throw lost('the coordinator does not listen yet');
    return this.#address;
  }

  /** The answer, or the reason why none will come. */
  #orLost<T>(answer: Promise<T>): Promise<T> {
    return Promise.race([answer, this.#lost.promise]);
  }
}

function mayPass(error: unknown): error is Error {
  return (
    error instanceof TransportError || (error instanceof ServiceError && error.code === 'NOT_READY')
  );
}
