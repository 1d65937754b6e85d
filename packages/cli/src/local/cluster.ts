import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CoordinatorConfig, JobStatus } from '@mapreduce/protocol';
import { ServiceError } from '@mapreduce/protocol';
import { TransportError } from '@mapreduce/service';
import { NodeTransport } from '@mapreduce/service/node';
import { CliError, exitCodes } from '../exit-codes.ts';
import { RoleProcess, type Ended } from './role-process.ts';
import type { RunDirectory } from './run-directory.ts';
import { RestartLimit } from './restart-limit.ts';

/** How long after its connections broke the end of a process is told at the latest. */
const EXIT_NOTICE_MS = 200;

export interface ClusterOptions {
  /** The file that Node runs for each role. */
  readonly entry: string;
  readonly directory: RunDirectory;
  readonly workers: number;
  /** Tasks that each worker runs at once. */
  readonly slots: number;
  /** A worker has ended, and another takes its place. */
  readonly onWorkerEnded: (worker: number, ended: Ended) => void;
}

/**
 * One coordinator and some workers on this machine, all started at once: while they load, the
 * caller finds out what they are to do.
 */
export class LocalCluster {
  readonly #options: ClusterOptions;
  readonly #coordinator: RoleProcess;
  readonly #transport: NodeTransport;
  readonly #workers = new Map<number, RoleProcess>();
  readonly #lost = Promise.withResolvers<never>();
  #address: string | undefined;
  #stopping = false;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.#transport = new NodeTransport({ control: options.directory.controlToken });
    this.#lost.promise.catch(() => undefined);
    this.#coordinator = this.#start('coordinator', ['coordinator', '--config', '-']);
    void this.#coordinator.ended.then((ended) => {
      if (this.#stopping) return;
      this.#lost.reject(lost(`the coordinator has ended (${endedBy(ended)})`));
    });
    for (let worker = 1; worker <= options.workers; worker++) {
      this.#startWorker(worker, new RestartLimit());
    }
  }

  /** Gives the coordinator its job; resolves when it listens and the workers know where. */
  async configure(config: CoordinatorConfig): Promise<void> {
    this.#coordinator.send(config);
    const ready = await this.#orLost(this.#coordinator.ready);
    const address = (ready as { readonly listening?: unknown }).listening;
    if (typeof address !== 'string') throw lost('the coordinator did not say where it listens');
    this.#address = address;
    for (const worker of this.#workers.values()) worker.send({ coordinator: address });
  }

  /** The job's status once it is newer than `after`, or after `waitMs`. */
  async status(after: number, waitMs: number, signal?: AbortSignal): Promise<JobStatus> {
    try {
      return await this.#orLost(
        this.#transport.call(
          this.#listening(),
          'status',
          { after, waitMs },
          { timeoutMs: waitMs + 10_000, ...(signal && { signal }) },
        ),
      );
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      // If it has ended, that says more than the connection it broke.
      await this.#orLost(delay(EXIT_NOTICE_MS));
      throw lost(`the coordinator does not answer: ${error.message}`);
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

  *#processes(): Generator<RoleProcess> {
    yield this.#coordinator;
    yield* this.#workers.values();
  }

  #start(name: string, args: readonly string[]): RoleProcess {
    const { entry, directory } = this.#options;
    return new RoleProcess({ entry, args, logFile: join(directory.logs, `${name}.log`) });
  }

  #startWorker(number: number, limit: RestartLimit): void {
    const { directory, slots } = this.#options;
    const worker = this.#start(`worker-${number}`, [
      ...['worker', '--coordinator', '-', '--token-file', directory.tokenFiles.worker],
      ...['--slots', String(slots), '--host', '127.0.0.1', '--port', '0'],
      ...['--directory', directory.workers],
    ]);
    this.#workers.set(number, worker);
    if (this.#address !== undefined) worker.send({ coordinator: this.#address });
    const started = performance.now();
    void worker.ended.then((ended) => {
      // Its executors may be in a loop of the program's, and would not notice.
      worker.kill();
      // A worker that ends with 0 has heard that the job is over.
      if (this.#stopping || ended.code === exitCodes.done) return;
      if (limit.allows(started, performance.now())) {
        this.#options.onWorkerEnded(number, ended);
        this.#startWorker(number, limit);
      } else {
        const log = join(directory.logs, `worker-${number}.log`);
        this.#lost.reject(
          new CliError(
            `worker ${number} does not stay up (${endedBy(ended)}); its log is ${log}`,
            exitCodes.failed,
          ),
        );
      }
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

function lost(message: string): CliError {
  return new CliError(message, exitCodes.connectionLost);
}

function endedBy({ code, signal }: Ended): string {
  return signal ?? `exit code ${String(code)}`;
}
