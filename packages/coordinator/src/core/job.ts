import type { CoordinatorConfig, Incarnation, JobStatus } from '@mapreduce/protocol';
import { outcomeOf, type SchedulerCommand } from '@mapreduce/scheduler';
import { listInputs, OutputLayout, type ListedInput } from '@mapreduce/storage';
import { CompletionLog } from './completion-log.ts';
import { Completions } from './completions.ts';
import { Ending } from './ending.ts';
import { cancelled, failedItself, failedTask } from './job-end.ts';
import type { Journal } from './journal/journal.ts';
import { LeaseDesk } from './lease-desk.ts';
import { Output } from './output.ts';
import { PartCommits } from './part-commits.ts';
import { Planner } from './planner.ts';
import type { CoordinatorPorts } from './ports.ts';
import { SchedulerDriver } from './scheduler-driver.ts';
import { StatusBoard } from './status-board.ts';
import { jobStatus, PhaseTimes } from './status.ts';
import { WorkerBook } from './worker-book.ts';

const schedulerLimits = { workerTimeoutMs: 10_000, maxFailures: 4, maxVanished: 16 } as const;

/**
 * A job in the hands of its coordinator: what is known of it, and what is done when the scheduler
 * decides. It begins to list its inputs and to prepare its output when it is made.
 */
export class Job {
  readonly config: CoordinatorConfig;
  readonly driver: SchedulerDriver;
  readonly desk: LeaseDesk;
  readonly workers = new WorkerBook();
  readonly log = new CompletionLog();
  readonly planner: Planner;
  readonly parts: PartCommits;
  readonly completions: Completions;
  readonly output: Output;
  readonly board: StatusBoard;
  readonly ending: Ending;
  readonly inputs: Promise<readonly ListedInput[]>;
  readonly prepared: Promise<void>;
  readonly #ports: CoordinatorPorts;
  readonly #journal: Journal;
  readonly #phases = new PhaseTimes();
  readonly #startedAt: number;

  constructor(
    config: CoordinatorConfig,
    ports: CoordinatorPorts,
    journal: Journal,
    jobDigest: string,
  ) {
    const { clock, log: facts } = ports;
    const { epoch } = journal;
    const { id: job, reducers, fsync } = config.job;
    this.config = config;
    this.#ports = ports;
    this.#journal = journal;
    this.#startedAt = clock.now();
    this.#phases.begin('describe', this.#startedAt);
    this.board = new StatusBoard(clock);
    this.planner = new Planner(config.job);
    const layout = new OutputLayout(config.output.directory, job);
    this.output = new Output(config, layout, jobDigest, ports);
    this.parts = new PartCommits({ layout, job, jobDigest, epoch, fsync, reducers }, ports);
    this.driver = new SchedulerDriver(
      clock,
      { epoch, reducers, ...schedulerLimits },
      (commands) => this.#carryOut(commands),
      ports.onStep,
    );
    this.desk = new LeaseDesk(clock, (worker) =>
      this.driver.send({ kind: 'slotsWithdrawn', worker }),
    );
    this.inputs = listInputs(config.inputs, { shared: config.inputsShared }, ports);
    this.prepared = this.output.prepare();
    this.completions = new Completions({
      ...{ config, journal, facts },
      ...{ planner: this.planner, parts: this.parts, workers: this.workers },
      ...{ log: this.log, driver: this.driver, inputs: this.inputs },
      onFailure: (error) => this.fail(error),
    });
    this.ending = new Ending({
      ...{ clock, journal, log: facts },
      onBegin: () => this.#stopWork(),
      onEnd: () => this.board.announce(),
      finishOutput: () => this.output.finish(this.completions.maps, this.parts),
      discardOutput: () =>
        this.prepared.then(
          () => this.output.discard(),
          () => undefined,
        ),
    });
    for (const step of [this.inputs, this.prepared]) {
      step.catch((error: unknown) => this.fail(error));
    }
  }

  /** A worker is gone, whether it said so or not. */
  part(worker: Incarnation): void {
    this.desk.dismiss(worker);
    this.workers.forget(worker);
    this.board.change();
  }

  status(): JobStatus {
    const { end } = this.ending;
    return jobStatus({
      config: this.config,
      scheduler: this.driver.state,
      input: this.planner.input,
      maps: this.completions.maps,
      reduces: this.completions.reduces,
      counters: this.completions.counters,
      workers: this.workers,
      phases: this.#phases,
      end,
      version: this.board.version,
      startedAt: this.#startedAt,
      now: end?.at ?? this.#ports.clock.now(),
    });
  }

  /** Ends all waiting and closes the journal; an unfinished job stays as it is for a successor. */
  async stop(): Promise<void> {
    this.driver.stop();
    this.desk.close();
    const { end } = this.ending;
    // A phantom of a job that was taken back may have made its folder anew.
    if (end !== undefined && end.state !== 'succeeded') await this.output.discard();
    await this.#journal.close();
  }

  #carryOut(commands: readonly SchedulerCommand[]): void {
    for (const command of commands) this.#carryOutOne(command);
    this.desk.flush();
  }

  #carryOutOne(command: SchedulerCommand): void {
    switch (command.kind) {
      case 'lease': {
        const { worker, attempt, task } = command;
        this.desk.give(worker, { attempt, task: this.planner.task(task) });
        return;
      }
      case 'cancelAttempt':
        this.workers.cancel(command.worker, command.attempt);
        return;
      case 'mapAvailable':
      case 'mapLost':
        this.completions.carryOut(command);
        return;
      case 'workerLost':
        this.#ports.log.warn('worker lost', { worker: command.worker });
        this.part(command.worker);
        return;
      case 'phaseChanged':
        this.#phases.begin(command.phase, this.#ports.clock.now());
        if (command.phase === 'map') this.planner.cut(this.#journal);
        this.board.announce();
        return;
      case 'jobFailed':
        this.ending.begin(failedTask(command));
        return;
      case 'jobCancelled':
        this.ending.begin(cancelled(command.reason));
        return;
      case 'allReduced':
        this.ending.begin({ state: 'succeeded' });
        return;
      case 'grant':
        return;
    }
  }

  /** The coordinator cannot go on. */
  fail(error: unknown): void {
    this.ending.begin(failedItself(error));
  }

  /** The job is decided, though its output may not be in order yet. */
  #stopWork(): void {
    const running = outcomeOf(this.driver.state) === 'running';
    if (running) this.driver.send({ kind: 'cancelled', reason: 'the job has ended' });
    this.desk.close();
  }
}
