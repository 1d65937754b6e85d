import {
  ServiceError,
  type CoordinatorConfig,
  type Epoch,
  type Handlers,
  type LeaseRequest,
} from '@mapreduce/protocol';
import { isStaying, phaseOf } from '@mapreduce/scheduler';
import { DiskError, type BulkHandler } from '@mapreduce/service';
import { settingsDigest } from '@mapreduce/storage';
import type { CompletionLog } from './completion-log.ts';
import { serveInput, wholeBytes } from './input-server.ts';
import type { JobEnd } from './job-end.ts';
import { Job } from './job.ts';
import { DeposedError, Journal } from './journal/journal.ts';
import type { CoordinatorPorts } from './ports.ts';
import { finishedBefore } from './recovery/finished-before.ts';
import { hasBound } from './recovery/has-bound.ts';
import { restoreState } from './recovery/restored-state.ts';
import { snapshotOf } from './recovery/snapshot.ts';
import { rememberedBy, type Remembered } from './remembered.ts';
import { checkSender, type Sender } from './sender.ts';

/** How often workers are to send heartbeats, in milliseconds. */
const heartbeatMs = 1_000;
/** Log events a heartbeat: few while nobody needs them, so that they are told by and by. */
const logTail = { before: 8, whileReducing: 4_096 } as const;
/** A worker that asks for tasks after the job's end is answered so late, so that none asks in a loop. */
const endedWaitMs = 500;

/** A coordinator runs one job. It answers workers and those who control it, and imports no user code. */
export class Coordinator implements Handlers {
  /** Resolves when the job has ended and its output is finished or taken back. */
  readonly ended: Promise<JobEnd>;
  readonly bulk: Readonly<Record<'program' | 'input' | 'part', BulkHandler>>;
  readonly #ports: CoordinatorPorts;
  readonly #job: Job;
  readonly #journal: Journal;

  /**
   * Opens the journal, and begins the job or goes on with it. Throws `DeposedError` where a later
   * coordinator has started meanwhile. `onFatal`: what was acknowledged can no longer be made durable,
   * or a later coordinator has taken over (`DeposedError`): the process must end.
   */
  static async start(
    config: CoordinatorConfig,
    ports: CoordinatorPorts,
    onFatal: (error: unknown) => void,
  ): Promise<Coordinator> {
    const jobDigest = settingsDigest(ports.digest, config.job);
    const { journal, history = [] } = await Journal.open(
      {
        directory: config.stateDirectory,
        job: config.job.id,
        jobDigest,
        generation: config.generation,
        nonce: ports.random.hex(8),
        onFailure: onFatal,
      },
      ports,
    );
    const isFirst = history.length === 0;
    const finished = isFirst ? await finishedBefore(config, jobDigest, ports) : undefined;
    const restored = finished ?? restoreState(history);
    await journal.settle(snapshotOf(restored));
    const options = { config, jobDigest, journal, restored, onDeposed: onFatal };
    const job = new Job({ ...options, hasBound: hasBound(history) }, ports);
    return new Coordinator(ports, job, journal);
  }

  private constructor(ports: CoordinatorPorts, job: Job, journal: Journal) {
    this.#journal = journal;
    this.ended = job.ending.ended;
    this.#ports = ports;
    this.#job = job;
    this.bulk = {
      program: () => this.#program(),
      input: serveInput(ports.disk, job.inputs),
      part: (request) => this.#part(request),
    };
  }

  /** Of the coordinator as it is now: workers may make it take a higher one. */
  get epoch(): Epoch {
    return this.#job.epochs.current;
  }

  /** What heartbeats' answers give pieces of. */
  get log(): Pick<CompletionLog, 'tail'> {
    return this.#job.log;
  }

  /** What of it grows with the job and its workers. */
  get remembered(): Remembered {
    return rememberedBy(this.#job);
  }

  readonly register: Handlers['register'] = async (request) => {
    const { incarnation, slots, epoch: named, replaces, graceMs } = request;
    const { adoption, config, drains, driver, ending, epochs, output, prepared, workers } =
      this.#job;
    // A failure ends the job, or this coordinator; the worker hears that by its first heartbeat, and
    // must not look for a nonce that nobody wrote, or that is taken back.
    await prepared.catch(() => undefined);
    if (named !== undefined) await epochs.meet(named);
    workers.register(request);
    driver.send({ kind: 'workerJoined', worker: incarnation, slots });
    if (replaces !== undefined && replaces !== incarnation)
      this.#job.replace(replaces, incarnation);
    // First: what runs elsewhere in place of its outputs goes on.
    if (graceMs !== undefined) drains.begin(incarnation, graceMs, 'worker');
    const cancel = adoption.register(request);
    this.#job.board.change();
    await this.#journal.flushed();
    const nonce = ending.begun ? undefined : output.proof;
    return {
      epoch: this.epoch,
      settings: config.job,
      jobDigest: this.#job.output.jobDigest,
      sink: output.sink,
      ...(nonce && { nonce }),
      heartbeatMs,
      cancel,
    };
  };

  readonly hold: Handlers['hold'] = async (request) => {
    this.#check(request);
    this.#job.adoption.hold(request.incarnation, request.held);
    this.#job.board.change();
    await this.#journal.flushed();
    return {};
  };

  readonly lease: Handlers['lease'] = async (request) => {
    this.#check(request);
    const { desk, driver, ending, planner } = this.#job;
    const { incarnation: worker, slots, waitMs } = request;
    let answer = desk.repeat(request);
    if (answer === undefined) {
      const isInVain = ending.begun || !isStaying(driver.state, worker);
      answer = desk.wait(request, isInVain ? Math.min(waitMs, endedWaitMs) : waitMs);
      if (!ending.begun) driver.send({ kind: 'slotsOffered', worker, slots });
    }
    const leases = [...(await answer)];
    const plan = leases.length > 0 ? planner.message : undefined;
    return { leases, ...(plan && { plan }) };
  };

  /** The connection of a waiting lease request broke: what it were leased, nobody would hear. */
  withdraw({ incarnation, request }: LeaseRequest): void {
    const { desk, driver } = this.#job;
    if (!desk.waits(incarnation, request)) return;
    driver.send({ kind: 'slotsWithdrawn', worker: incarnation });
    desk.dismiss(incarnation);
  }

  readonly heartbeat: Handlers['heartbeat'] = (request) =>
    answer(() => {
      this.#check(request);
      const { driver, ending, log, workers } = this.#job;
      const { incarnation: worker, attempts, logFrom } = request;
      driver.send({ kind: 'heartbeat', worker, attempts });
      const cancel = workers.heartbeat(request);
      this.#job.board.change();
      const reducing = phaseOf(driver.state) === 'reduce';
      const limit = reducing ? logTail.whileReducing : logTail.before;
      const leaving = this.#job.drains.heartbeat(worker);
      return { cancel, log: log.tail(logFrom, limit), ended: ending.isBinding, ...leaving };
    });

  readonly complete: Handlers['complete'] = async (request) => {
    this.#check(request);
    const { board, completions, ending } = this.#job;
    // Until the end binds, whoever comes next may want it.
    const isLate = ending.begun && (await ending.bound.then(() => true));
    const answer = isLate ? { accepted: false } : await completions.complete(request);
    board.change();
    return answer;
  };

  readonly audit: Handlers['audit'] = async (request) => {
    this.#check(request);
    this.#job.audits.report(request);
    this.#job.board.change();
    await this.#journal.flushed();
    return {};
  };

  readonly fail: Handlers['fail'] = (request) =>
    answer(() => {
      this.#check(request);
      const { incarnation: worker, attempt, error } = request;
      this.#ports.log.warn('attempt failed', { worker, attempt, ...error });
      this.#job.driver.send({ kind: 'attemptFailed', worker, attempt, error });
      this.#job.workers.completed(worker, attempt);
      this.#job.board.change();
      return {};
    });

  readonly fetchFailed: Handlers['fetchFailed'] = (request) =>
    answer(() => {
      this.#check(request);
      const { incarnation: worker, attempt, map, mapAttempt, holder, reason, message } = request;
      const report = { worker, attempt, map, mapAttempt, holder, reason };
      this.#ports.log.warn('fetch failed', { ...report, message });
      this.#job.driver.send({ kind: 'fetchFailed', ...report });
      this.#job.board.change();
      return {};
    });

  readonly grant: Handlers['grant'] = (request) =>
    answer(() => {
      this.#check(request);
      const { incarnation: worker, attempt } = request;
      const commands = this.#job.driver.send({ kind: 'grantRequested', worker, attempt });
      const grant = commands.find((command) => command.kind === 'grant')?.grant;
      return { grant: grant ?? 'refused' };
    });

  readonly drain: Handlers['drain'] = (request) =>
    answer(() => {
      this.#check(request);
      this.#job.drains.begin(request.incarnation, request.graceMs, 'worker');
      this.#job.board.change();
      return {};
    });

  readonly leave: Handlers['leave'] = (request) =>
    answer(() => {
      this.#check(request);
      const { incarnation: worker } = request;
      this.#job.driver.send({ kind: 'workerLeft', worker });
      this.#job.part(worker);
      return {};
    });

  readonly status: Handlers['status'] = async ({ after, waitMs }) => {
    const { board, ending, resumed } = this.#job;
    // Nobody is to hear that a job runs which has ended long ago.
    await resumed;
    if (ending.end === undefined) await board.beyond(after, waitMs);
    return this.#job.status();
  };

  /** Answers when the job's end, this one or the one that came first, outlives this coordinator. */
  readonly cancel: Handlers['cancel'] = async ({ reason }) => {
    this.#job.driver.send({ kind: 'cancelled', reason });
    await this.#job.ending.bound;
    return {};
  };

  readonly scaleDown: Handlers['scaleDown'] = (request) =>
    answer(() => ({ victims: this.#job.fleet.scaleDown(request) }));

  readonly drainWorkers: Handlers['drainWorkers'] = (request) =>
    answer(() => ({ workers: this.#job.fleet.drain(request) }));

  readonly lostWorkers: Handlers['lostWorkers'] = ({ addresses }) =>
    answer(() => {
      this.#job.fleet.lose(addresses);
      return {};
    });

  /** Ends all waiting and closes the journal; an unfinished job stays as it is for a successor. */
  stop(): Promise<void> {
    return this.#job.stop();
  }

  #check(sender: Sender): void {
    checkSender(sender, this.epoch, this.#job.driver.state);
  }

  /** What arrives once the job is decided would make its folder anew. */
  async #part(request: Parameters<BulkHandler>[0]): ReturnType<BulkHandler> {
    const { ending, parts } = this.#job;
    if (ending.begun) throw new ServiceError('NOT_FOUND', 'the job has ended');
    try {
      return await parts.receive(request);
    } catch (error) {
      // The sender would try again for ever, and everybody else after it.
      if (error instanceof DiskError || error instanceof DeposedError) this.#job.fail(error);
      throw error;
    }
  }

  async #program(): ReturnType<BulkHandler> {
    const { programFile } = this.#job.config;
    if (programFile === undefined) throw new ServiceError('NOT_FOUND', 'the program is a built-in');
    return wholeBytes(await this.#ports.disk.read(programFile));
  }
}

/** What a handler that need not wait answers or throws, as a promise. */
function answer<T>(run: () => T): Promise<T> {
  return new Promise((resolve) => resolve(run()));
}
