import type { CoordinatorConfig, DigestHex, Incarnation, JobStatus } from '@mapreduce/protocol';
import { outcomeOf, type SchedulerCommand } from '@mapreduce/scheduler';
import { listInputs, OutputLayout, type ListedInput } from '@mapreduce/storage';
import { Audits } from './audit/audits.ts';
import { CompletionLog } from './completion-log.ts';
import { Completions } from './completions.ts';
import { DrainDesk } from './drain/drain-desk.ts';
import { Fleet } from './drain/fleet.ts';
import { Ending } from './ending.ts';
import { cancelled, failedItself, failedTask } from './job-end.ts';
import { DeposedError, type Journal } from './journal/journal.ts';
import { LeaseDesk } from './lease-desk.ts';
import { MapOutputs } from './map-outputs.ts';
import { Output } from './output.ts';
import { PartCommits } from './part-commits.ts';
import { Planner } from './planner.ts';
import type { CoordinatorPorts } from './ports.ts';
import { Adoption } from './recovery/adoption.ts';
import { EpochGuard } from './recovery/epoch-guard.ts';
import { restoreJob } from './recovery/restore-job.ts';
import type { RestoredState } from './recovery/restored-state.ts';
import { servedInputs } from './recovery/served-inputs.ts';
import { SchedulerDriver } from './scheduler-driver.ts';
import { tooManySkipped } from './skipped-records.ts';
import { StatusBoard } from './status-board.ts';
import { jobStatus, PhaseTimes } from './status.ts';
import { WorkerBook } from './worker-book.ts';

export interface JobOptions {
  readonly config: CoordinatorConfig;
  readonly jobDigest: DigestHex;
  readonly journal: Journal;
  /** What the journal tells of earlier lives. */
  readonly restored: RestoredState;
  /** It tells of what workers hold on to: a program that was described, an end. */
  readonly hasBound: boolean;
  /** A later coordinator has taken over, or may have: the process must end. */
  readonly onDeposed: (error: unknown) => void;
}

const schedulerLimits = { workerTimeoutMs: 10_000, maxFailures: 4, maxVanished: 16 } as const;

/**
 * A job in the hands of its coordinator: what is known of it, and what is done when the scheduler
 * decides. When it is made, it goes on from what the journal tells, or begins to list its inputs, and
 * makes its output ready.
 */
export class Job {
  readonly config: CoordinatorConfig;
  readonly driver: SchedulerDriver;
  readonly desk: LeaseDesk;
  readonly workers = new WorkerBook();
  readonly log = new CompletionLog();
  readonly planner: Planner;
  readonly parts: PartCommits;
  readonly outputs: MapOutputs;
  readonly audits: Audits;
  readonly completions: Completions;
  readonly adoption: Adoption;
  readonly epochs: EpochGuard;
  readonly drains: DrainDesk;
  readonly fleet: Fleet;
  readonly output: Output;
  readonly board: StatusBoard;
  readonly ending: Ending;
  readonly inputs: Promise<readonly ListedInput[]>;
  /** The output is ready, and what it holds is known. */
  readonly prepared: Promise<void>;
  readonly resumed: Promise<void> = Promise.resolve();
  readonly #ports: CoordinatorPorts;
  readonly #journal: Journal;
  readonly #onDeposed: (error: unknown) => void;
  readonly #phases = new PhaseTimes();
  readonly #startedAt: number;
  /** The name of a map's input. */
  readonly #fileOf = (map: number): string => this.planner.split(map).name;

  constructor(options: JobOptions, ports: CoordinatorPorts) {
    const { config, jobDigest, journal, restored, hasBound, onDeposed } = options;
    const { clock, digest, random, log: facts } = ports;
    const { id: job, reducers, fsync } = config.job;
    this.config = config;
    this.#ports = ports;
    this.#journal = journal;
    this.#onDeposed = onDeposed;
    this.#startedAt = clock.now();
    this.#phases.begin('describe', this.#startedAt);
    this.board = new StatusBoard(clock);
    this.planner = new Planner(config.job, digest);
    const layout = new OutputLayout(config.output.directory, job);
    const checkInCharge = () => journal.checkInCharge();
    this.output = new Output({ config, layout, jobDigest, checkInCharge }, ports);
    this.driver = new SchedulerDriver(
      clock,
      { epoch: journal.epoch, reducers, ...schedulerLimits },
      (commands) => this.#carryOut(commands),
      ports.onStep,
    );
    const named = { layout, job, jobDigest, fsync, reducers, checkInCharge };
    this.parts = new PartCommits({ ...named, epoch: () => this.epochs.current }, ports);
    this.desk = new LeaseDesk(clock, (worker) =>
      this.driver.send({ kind: 'slotsWithdrawn', worker }),
    );
    this.epochs = new EpochGuard({
      ...{ clock, random, journal, driver: this.driver, hasBound, onDeposed },
      isPlanned: () => this.planner.final !== undefined,
    });
    const kept = restored.inputs && servedInputs(restored.inputs, config.inputs, digest);
    this.inputs = kept === undefined ? this.#list(restored) : Promise.resolve(kept);
    this.outputs = new MapOutputs({
      ...{ journal, log: this.log, workers: this.workers, facts },
      onChanged: (before, output) => this.audits.changed(before, output),
      onArrived: () => this.#checkSkipped(),
    });
    this.audits = new Audits({
      ...{ driver: this.driver, journal, log: this.log, maps: this.outputs.table, digest, facts },
      isDeterministic: () => this.planner.message?.description.deterministic ?? true,
      onFailure: (end) => this.ending.begin(end),
    });
    this.adoption = new Adoption({
      ...{ driver: this.driver, planner: this.planner, outputs: this.outputs, audits: this.audits },
      ...{ jobDigest, digest, facts, isPlanKept: restored.inputs !== undefined },
    });
    this.drains = new DrainDesk({
      ...{ clock, facts, log: this.log, desk: this.desk, driver: this.driver },
      ...{ outputs: this.outputs, workers: this.workers, isOver: () => this.ending.isBinding },
      isUndecided: (worker) => this.adoption.hasOffersOf(worker),
    });
    this.fleet = new Fleet({
      ...{ drains: this.drains, driver: this.driver, maps: this.outputs.table },
      ...{ workers: this.workers, onChanged: () => this.board.change() },
    });
    this.completions = new Completions({
      ...{ config, journal, outputs: this.outputs, audits: this.audits },
      ...{ planner: this.planner, parts: this.parts, workers: this.workers },
      ...{ driver: this.driver, inputs: this.inputs },
      onPlanned: () => this.adoption.planned(),
      onFailure: (error) => this.fail(error),
    });
    restoreJob(this, restored, kept);
    this.audits.restore(restored.audits);
    const { described, ended } = restored;
    if (ended === undefined) this.epochs.awaitWorkers({ isDescribed: described !== undefined });
    this.prepared = this.#makeReady(restored);
    this.ending = new Ending({
      ...{ clock, journal, log: facts, prepared: this.prepared, onDeposed },
      onBegin: () => this.#stopWork(),
      onBinding: () => this.desk.close(),
      onEnd: () => this.board.announce(),
      finishOutput: () => this.output.finish(this.outputs.table, this, this.#fileOf),
      discardOutput: () => this.output.discard(),
    });
    if (ended !== undefined) this.resumed = this.ending.resume(ended);
    else this.#checkSkipped();
    const steps: Promise<unknown>[] = [this.inputs, this.prepared];
    if (described !== undefined && kept === undefined && ended === undefined) {
      steps.push(this.completions.plan(described.description));
    }
    for (const step of steps) step.catch((error: unknown) => this.fail(error));
  }

  /** A worker is gone, whether it said so or not. */
  part(worker: Incarnation): void {
    this.desk.dismiss(worker);
    this.workers.forget(worker);
    this.drains.forget(worker);
    // What it was to compare is decided once the scheduler's step is over.
    void Promise.resolve().then(() => this.audits.forget(worker));
    this.board.change();
  }

  /** A worker is dead, and another has its directory. */
  replace(worker: Incarnation, by: Incarnation): void {
    this.driver.send({ kind: 'workerReplaced', worker, by });
    this.part(worker);
  }

  status(): JobStatus {
    const { end } = this.ending;
    return jobStatus({
      config: this.config,
      scheduler: this.driver.state,
      input: this.planner.input,
      outputs: this.outputs,
      audits: this.audits,
      reduces: this.completions.reduces,
      workers: this.workers,
      drains: this.drains,
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
    if (end !== undefined && end.state !== 'succeeded') {
      await this.#journal.checkInCharge();
      await this.output.discard();
    }
    await this.#journal.close();
  }

  async #list({ ended }: RestoredState): Promise<readonly ListedInput[]> {
    if (ended !== undefined) return [];
    return listInputs(this.config.inputs, this.#ports);
  }

  /** Makes the output ready. The commit records that it holds are the truth about parts. */
  async #makeReady(restored: RestoredState): Promise<void> {
    const { committed, ended, prepared: before } = restored;
    if (ended !== undefined && ended.state !== 'succeeded') {
      this.output.recall(before);
      return;
    }
    const ready = await this.output.prepare(before);
    const { created, nonce } = ready;
    if (before === undefined) {
      if (ready.isAdopted) await this.epochs.foundLife();
      void this.#journal.append({ kind: 'prepared', created, nonce });
    }
    // The directory of a job that has ended is as that left it.
    const take = ended === undefined ? 'found' : 'committed';
    for (const { record } of ready.committed) {
      const isKnown = committed.get(record.partition) === record.attempt;
      this.completions[take](record, { isKnown });
    }
  }

  #carryOut(commands: readonly SchedulerCommand[]): void {
    for (const command of commands) this.#carryOutOne(command);
    this.desk.flush();
  }

  #carryOutOne(command: SchedulerCommand): void {
    switch (command.kind) {
      case 'lease': {
        const { worker, attempt, task } = command;
        this.desk.give(worker, { attempt, task: this.audits.guard(this.planner.task(task)) });
        return;
      }
      case 'cancelAttempt':
        this.workers.cancel(command.worker, command.attempt);
        return;
      case 'mapAvailable':
      case 'mapLost':
        this.outputs.carryOut(command);
        return;
      case 'mapRerunAhead':
        this.drains.rerunAhead(command);
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

  /** More bad records than the job may skip end it. */
  #checkSkipped(): void {
    const { skipped } = this.outputs.table;
    const { skipBadRecords: limit } = this.config.job;
    if (skipped.total > limit) this.ending.begin(tooManySkipped(skipped, limit, this.#fileOf));
  }

  /** The coordinator cannot go on. */
  fail(error: unknown): void {
    // Whoever took over would read in the journal that the job has failed.
    if (error instanceof DeposedError) this.#onDeposed(error);
    else this.ending.begin(failedItself(error));
  }

  /** The job is decided, though its output may not be in order yet. */
  #stopWork(): void {
    const running = outcomeOf(this.driver.state) === 'running';
    if (running) this.driver.send({ kind: 'cancelled', reason: 'the job has ended' });
  }
}
