import {
  sameEpoch,
  ServiceError,
  type Incarnation,
  type RegisterResponse,
} from '@mapreduce/protocol';
import { joinPath, type BulkHandler } from '@mapreduce/service';
import { RunningAttempts } from './attempts/running-attempts.ts';
import { KeptParts } from './commit/kept-parts.ts';
import { CoordinatorClient, coordinatorLostMs, leavingLostMs } from './coordinator-client.ts';
import { CoordinatorLink } from './coordinator-link.ts';
import { CancelledError, CoordinatorLostError } from './errors.ts';
import { ExecutorPool } from './executor-pool.ts';
import { fetchProgram } from './fetch-program.ts';
import { heartbeatLoop } from './heartbeat.ts';
import { HeldOutputs } from './held/held-outputs.ts';
import { readIncarnation, writeIncarnation } from './held/incarnation-file.ts';
import { findLeftovers, recoverOutputs } from './held/recover-outputs.ts';
import { announceLeave } from './leave/announce-leave.ts';
import { Leaving } from './leave/leaving.ts';
import { serveOutput } from './leave/serve-output.ts';
import { TakeOvers } from './leave/take-overs.ts';
import { LeaseLoop } from './lease-loop.ts';
import { commandsFolder } from './ports.ts';
import type { WorkerOptions, WorkerPorts } from './ports.ts';
import { register } from './register.ts';
import { Semaphore } from './semaphore.ts';
import { Session, type SessionEnd } from './session.ts';
import { SegmentStore } from './shuffle/segment-store.ts';
import { serveSegments } from './shuffle/serve-segments.ts';
import type { Worker } from './worker.ts';

/** Holders that a worker fetches from at once: each costs a connection and a chunk of memory. */
const fetchesAtOnce = 8;
/** Saying good-bye may take so long, and no longer. */
const leaveMs = 500;

/**
 * A worker: it registers, leases tasks, runs them in executor processes, and serves what its maps
 * made. It goes through one session after the other, one for each life of the coordinator; what it
 * runs and holds is its own, and goes with it.
 */
export class Supervisor {
  readonly #worker: Worker;
  #incarnation: Incarnation;
  /** Who worked in this directory before, and is dead. */
  #replaces: Incarnation | undefined;
  /** Of the last session. */
  #registered: RegisterResponse | undefined;
  /** What a former life has left, until it is being looked at. */
  #leftovers: readonly string[] = [];
  /** Aborts when it is to leave at once. */
  readonly #leave = new AbortController();
  /** Aborts when the worker ends. */
  readonly #over = new AbortController();
  /** What goes on beside the sessions. */
  readonly #chores: Promise<void>[] = [];

  /** Starts the executor processes. */
  constructor(ports: WorkerPorts, options: WorkerOptions) {
    const held = new HeldOutputs();
    const leaving = new Leaving(ports.clock);
    const { coordinatorLostMs: usual = coordinatorLostMs } = options;
    const lostMs = () => (leaving.isBegun ? Math.min(leavingLostMs, usual) : usual);
    this.#worker = {
      ports,
      options,
      client: new CoordinatorClient(ports, options.coordinator, lostMs),
      link: new CoordinatorLink(),
      pool: new ExecutorPool(ports, options.slots),
      attempts: new RunningAttempts(),
      held,
      store: new SegmentStore(ports, held),
      parts: new KeptParts(),
      leaving,
      takeOvers: new TakeOvers(),
      fetches: new Semaphore(fetchesAtOnce),
    };
    this.#incarnation = ports.random.hex(16);
  }

  /** Answers the route `segments` of this worker. */
  readonly segments: BulkHandler = (request) => serveSegments(this.#worker.store, request);

  /** Answers the route `output` of this worker. */
  readonly output: BulkHandler = (request) =>
    serveOutput(this.#worker.held, this.#worker.ports.disk, request);

  /**
   * The worker is to leave in good order: it takes no new task, finishes what ends within `graceMs`, and
   * serves what it holds until others have it. Then, and when the time is up, `run` resolves.
   */
  drain(graceMs: number): void {
    const { leaving, pool, ports, takeOvers } = this.#worker;
    if (leaving.isBegun) return;
    ports.log.info('leaving', { graceMs });
    leaving.begin(graceMs, () => this.#leave.abort());
    void takeOvers.close();
    // So that no task is asked for any more.
    pool.freed.ring();
  }

  /**
   * Works until the job has ended or the signal aborts (then it leaves at once). Its executors are gone when
   * it settles, and its directory is removed. It stays where this throws, if the worker has taken part or
   * found anything there: the next worker with this directory offers what is of the job. Throws
   * `CoordinatorLostError` and `UnfitError`.
   */
  async run(signal: AbortSignal): Promise<'ended' | 'left'> {
    const { ports, options } = this.#worker;
    let isOfUse = false;
    const leave = () => this.#leave.abort();
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    try {
      await ports.disk.makeDirectory(options.directory);
      this.#replaces = await readIncarnation(this.#worker);
      this.#leftovers = await findLeftovers(this.#worker);
      await writeIncarnation(this.#worker, this.#incarnation);
      return await this.#sessions(this.#leave.signal);
    } catch (error) {
      if (error instanceof CancelledError && this.#leave.signal.aborted) return 'left';
      const isLost = error instanceof CoordinatorLostError;
      if (isLost && this.#worker.leaving.isBegun) {
        ports.log.warn('leaves without a coordinator', { error: error.message });
        return 'left';
      }
      isOfUse = this.#registered !== undefined || this.#leftovers.length > 0;
      throw error;
    } finally {
      signal.removeEventListener('abort', leave);
      await this.#stop();
      if (!isOfUse) await ports.disk.remove(options.directory);
    }
  }

  async #sessions(signal: AbortSignal): Promise<'ended' | 'left'> {
    for (;;) {
      const session = await this.#join(signal);
      if (session === undefined) continue;
      const end = await this.#serve(session, signal);
      this.#worker.ports.log.info('session over', { end });
      if (end === 'ended' || end === 'left') return end;
      if (end === 'unknownWorker') await this.#renew();
    }
  }

  /** Nothing where this incarnation is presumed dead: the next try comes with a new one. */
  async #join(signal: AbortSignal): Promise<Session | undefined> {
    const worker = this.#worker;
    try {
      const before = this.#registered;
      const replaces = this.#replaces;
      const self = { incarnation: this.#incarnation, ...(replaces !== undefined && { replaces }) };
      const registration = await register(worker, self, before, signal);
      const { answer } = registration;
      const { epoch, settings } = answer;
      if (before === undefined) await this.#load(answer, signal);
      this.#registered = answer;
      for (const attempt of answer.cancel) worker.attempts.cancel(attempt);
      worker.ports.log.info('registered', { incarnation: this.#incarnation, job: settings.id });
      worker.options.onRegistered?.();
      const session = new Session(worker, this.#incarnation, registration);
      worker.link.open(session);
      if (before === undefined) this.#recover();
      else if (!sameEpoch(before.epoch, epoch)) {
        this.#chores.push(worker.parts.reportAgain(worker, session.signal));
      }
      return session;
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code !== 'UNKNOWN_WORKER') throw error;
      await this.#renew();
      return undefined;
    }
  }

  async #load({ settings }: RegisterResponse, signal: AbortSignal): Promise<void> {
    const { options, pool } = this.#worker;
    const programPath = await fetchProgram(this.#worker, settings.program, signal);
    const coordinator = { address: options.coordinator, token: options.token };
    const commands = joinPath(options.directory, commandsFolder);
    pool.load({
      kind: 'load',
      settings,
      ...(programPath && { programPath }),
      commands,
      coordinator,
    });
  }

  /** Offers what a former life has left, while tasks run already. */
  #recover(): void {
    const { log } = this.#worker.ports;
    const recovered = recoverOutputs(this.#worker, this.#leftovers, this.#over.signal);
    const chore = recovered.catch((error: unknown) => {
      if (error instanceof CancelledError) return;
      log.warn('not all that a former life held is offered', { error: String(error) });
    });
    this.#chores.push(chore);
  }

  async #serve(session: Session, signal: AbortSignal): Promise<SessionEnd> {
    const leave = () => session.end('left');
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    const leases = new LeaseLoop(session).run();
    const heartbeats = heartbeatLoop(session);
    const announcement = announceLeave(session);
    try {
      const end = await session.over;
      if (end === 'left') await this.#sayGoodBye(session);
      return end;
    } finally {
      signal.removeEventListener('abort', leave);
      await Promise.all([leases, heartbeats, announcement]);
    }
  }

  async #sayGoodBye({ incarnation, registration: { epoch } }: Session): Promise<void> {
    const { leaving, ports, options } = this.#worker;
    // Who has not heard yet where the outputs are now is still answered.
    if (leaving.isRelieved) await options.stopServing?.();
    try {
      const request = { incarnation, epoch };
      await ports.transport.call(options.coordinator, 'leave', request, { timeoutMs: leaveMs });
    } catch (error) {
      ports.log.debug('could not say good-bye', { error: String(error) });
    }
  }

  /** Who was presumed dead stays dead: it comes back as another, with what it holds. */
  async #renew(): Promise<void> {
    const { attempts, held, ports } = this.#worker;
    await attempts.cancelAll((attempt) => held.has(attempt));
    this.#incarnation = ports.random.hex(16);
    await writeIncarnation(this.#worker, this.#incarnation);
  }

  /** Ends everything; what is held stays on the disk. */
  async #stop(): Promise<void> {
    const { attempts, held, leaving, link, pool, takeOvers } = this.#worker;
    leaving.close();
    // First, or each attempt that is cancelled would start a new executor.
    pool.close();
    this.#over.abort();
    link.close();
    await attempts.cancelAll((attempt) => held.has(attempt));
    await Promise.all([...this.#chores, takeOvers.close()]);
  }
}
