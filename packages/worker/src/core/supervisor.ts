import { ServiceError, type Epoch, type Incarnation } from '@mapreduce/protocol';
import type { BulkHandler } from '@mapreduce/service';
import { CoordinatorClient } from './coordinator-client.ts';
import { CancelledError } from './errors.ts';
import { ExecutorPool } from './executor-pool.ts';
import { fetchProgram } from './fetch-program.ts';
import { heartbeatLoop } from './heartbeat.ts';
import { HeldOutputs } from './held-outputs.ts';
import { LeaseLoop } from './lease-loop.ts';
import type { WorkerOptions, WorkerPorts } from './ports.ts';
import { register } from './register.ts';
import { Semaphore } from './semaphore.ts';
import { Session, type SessionEnd, type Worker } from './session.ts';
import { SegmentStore } from './shuffle/segment-store.ts';
import { serveSegments } from './shuffle/serve-segments.ts';

/** Holders that a worker fetches from at once: each costs a connection and a chunk of memory. */
const fetchesAtOnce = 8;
/** Saying good-bye may take so long, and no longer. */
const leaveMs = 500;

/**
 * A worker: it registers, leases tasks, runs them in executor processes, and serves what its maps
 * made. It goes through one session after the other, one for each life of the coordinator.
 */
export class Supervisor {
  readonly #worker: Worker;
  #incarnation: Incarnation;
  #isLoaded = false;

  /** Starts the executor processes. */
  constructor(ports: WorkerPorts, options: WorkerOptions) {
    const held = new HeldOutputs();
    this.#worker = {
      ports,
      options,
      client: new CoordinatorClient(ports, options.coordinator),
      pool: new ExecutorPool(ports, options.slots),
      held,
      store: new SegmentStore(ports, held),
      fetches: new Semaphore(fetchesAtOnce),
    };
    this.#incarnation = ports.random.hex(16);
  }

  /** Answers the route `segments` of this worker. */
  readonly segments: BulkHandler = (request) => serveSegments(this.#worker.store, request);

  /**
   * Works until the job has ended or the signal aborts (then it leaves). Its executors are gone and
   * its directory is removed when it settles. Throws `CoordinatorLostError` and `UnfitError`.
   */
  async run(signal: AbortSignal): Promise<'ended' | 'left'> {
    const { ports, options, pool } = this.#worker;
    try {
      await ports.disk.makeDirectory(options.directory);
      let epoch: Epoch | undefined;
      for (;;) {
        const session = await this.#join(epoch, signal);
        if (session === undefined) continue;
        epoch = session.registration.epoch;
        const end = await this.#serve(session, signal);
        ports.log.info('session over', { end });
        if (end === 'ended' || end === 'left') return end;
        if (end === 'unknownWorker') this.#renew();
      }
    } catch (error) {
      if (error instanceof CancelledError && signal.aborted) return 'left';
      throw error;
    } finally {
      pool.close();
      await ports.disk.remove(options.directory);
    }
  }

  /** Nothing where this incarnation is presumed dead: the next try comes with a new one. */
  async #join(epoch: Epoch | undefined, signal: AbortSignal): Promise<Session | undefined> {
    const { pool, options, ports } = this.#worker;
    try {
      const registration = await register(this.#worker, this.#incarnation, epoch, signal);
      const { settings } = registration;
      if (!this.#isLoaded) {
        const programPath = await fetchProgram(this.#worker, settings.program, signal);
        const coordinator = { address: options.coordinator, token: options.token };
        const program = programPath === undefined ? {} : { programPath };
        pool.load({ kind: 'load', settings, ...program, coordinator });
        this.#isLoaded = true;
      }
      ports.log.info('registered', { incarnation: this.#incarnation, job: settings.id });
      return new Session(this.#worker, this.#incarnation, registration);
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code !== 'UNKNOWN_WORKER') throw error;
      this.#renew();
      return undefined;
    }
  }

  async #serve(session: Session, signal: AbortSignal): Promise<SessionEnd> {
    const leave = () => session.end('left');
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    const leases = new LeaseLoop(session).run();
    const heartbeats = heartbeatLoop(session);
    try {
      const end = await session.over;
      if (end === 'left') await this.#sayGoodBye(session);
      return end;
    } finally {
      signal.removeEventListener('abort', leave);
      await Promise.all([leases, heartbeats]);
    }
  }

  async #sayGoodBye({ incarnation, registration: { epoch } }: Session): Promise<void> {
    const { ports, options } = this.#worker;
    try {
      const request = { incarnation, epoch };
      await ports.transport.call(options.coordinator, 'leave', request, { timeoutMs: leaveMs });
    } catch (error) {
      ports.log.debug('could not say good-bye', { error: String(error) });
    }
  }

  /** Who was presumed dead stays dead: it comes back as another, with what it holds. */
  #renew(): void {
    this.#incarnation = this.#worker.ports.random.hex(16);
  }
}
