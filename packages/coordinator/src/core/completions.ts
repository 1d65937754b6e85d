import {
  mapTotals,
  parseAttemptId,
  ServiceError,
  type AttemptError,
  type AttemptId,
  type CompletionRequest,
  type CompletionResponse,
  type CoordinatorConfig,
  type MapManifest,
  type ProgramDescription,
  type ReduceManifest,
  type TaskId,
} from '@mapreduce/protocol';
import { holdsLease } from '@mapreduce/scheduler';
import { OutputError, partName, type CommitRecord, type ListedInput } from '@mapreduce/storage';
import type { Audits } from './audit/audits.ts';
import { descriptionFault } from './description.ts';
import type { Journal } from './journal/journal.ts';
import type { MapOutputs } from './map-outputs.ts';
import type { PartCommits } from './part-commits.ts';
import type { Planner } from './planner.ts';
import type { SchedulerDriver } from './scheduler-driver.ts';
import { ReduceTotals } from './status.ts';
import type { WorkerBook } from './worker-book.ts';

export interface CompletionsOptions {
  readonly config: CoordinatorConfig;
  readonly planner: Planner;
  readonly parts: PartCommits;
  readonly workers: WorkerBook;
  readonly outputs: MapOutputs;
  readonly audits: Audits;
  readonly journal: Journal;
  readonly driver: SchedulerDriver;
  readonly inputs: Promise<readonly ListedInput[]>;
  /** The job is planned, and its cut points are found. */
  readonly onPlanned: () => void;
  /** The job cannot go on. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Takes the results of attempts: checks the lease, journals, and only then acknowledges. A repeat of
 * a completion that was accepted is accepted again; any other that holds no lease changes nothing.
 */
export class Completions {
  readonly reduces = new ReduceTotals();
  readonly #options: CompletionsOptions;
  /** Describe and sample attempts that were accepted. */
  readonly #accepted = new Set<string>();
  /** Records that were found before the job was planned. */
  #found: CommitRecord[] = [];

  constructor(options: CompletionsOptions) {
    this.#options = options;
  }

  /**
   * Whether the attempt is the one that counts, and what its output is to be compared with; resolves
   * when that is durable.
   */
  async complete(request: CompletionRequest): Promise<CompletionResponse> {
    const accepted = await this.#accept(request);
    const { audits } = this.#options;
    const { incarnation: worker, attempt, result } = request;
    if (!accepted && result.kind === 'map') {
      const { index: map } = parseAttemptId(attempt);
      audits.late({ worker, map, attempt, contentRoot: result.contentRoot }, { asks: true });
    }
    const compare = audits.comparison(attempt);
    return { accepted, ...(compare && { compare }) };
  }

  async #accept(request: CompletionRequest): Promise<boolean> {
    const { incarnation, attempt, result } = request;
    const task = parseAttemptId(attempt);
    if (task.kind !== result.kind) {
      throw new ServiceError('BAD_REQUEST', `result: a ${task.kind} attempt gave a ${result.kind}`);
    }
    if (result.kind === 'reduce') return this.#reduced(request, task, result);
    const { driver, journal, outputs } = this.#options;
    if (!holdsLease(driver.state, incarnation, attempt)) {
      const repeated =
        this.#accepted.has(attempt) || outputs.table.isCurrent(task.index, attempt, incarnation);
      if (repeated) await journal.flushed();
      return repeated;
    }
    this.#options.workers.completed(incarnation, attempt);
    switch (result.kind) {
      case 'map':
        this.#mapped(request, result);
        break;
      case 'sample':
        this.#options.planner.addSample(task.index, result.keys);
        this.#accepted.add(attempt);
        driver.send({ kind: 'sampled', worker: incarnation, attempt });
        this.#planned();
        break;
      case 'describe':
        if (!this.#described(request, result.description)) return false;
        break;
    }
    await journal.flushed();
    return true;
  }

  #described({ incarnation: worker, attempt }: CompletionRequest, description: ProgramDescription) {
    const { config, driver, journal, onFailure } = this.#options;
    const fault = descriptionFault(description, config.job);
    if (fault !== undefined) {
      const error: AttemptError = { kind: 'program', message: fault };
      driver.send({ kind: 'attemptFailed', worker, attempt, error });
      return false;
    }
    this.#accepted.add(attempt);
    driver.send({ kind: 'described', worker, attempt });
    void journal.append({ kind: 'described', attempt, description });
    this.plan(description).catch(onFailure);
    return true;
  }

  /** The program is described: cuts its inputs, once they are listed. */
  async plan(description: ProgramDescription): Promise<void> {
    const { driver, inputs, journal, outputs, planner } = this.#options;
    const planned = planner.plan(description, await inputs, journal);
    outputs.table.plan(planned.maps);
    driver.send({ kind: 'planned', ...planned });
    this.#planned();
  }

  /** What was found before there was a plan can be judged, once the cut points are there too. */
  #planned(): void {
    const { onPlanned, planner } = this.#options;
    if (planner.final === undefined) return;
    onPlanned();
    const found = this.#found;
    this.#found = [];
    for (const record of found) this.found(record, { isKnown: false });
  }

  /** An earlier life accepted this describe attempt. */
  restore(described: AttemptId): void {
    this.#accepted.add(described);
  }

  /**
   * A commit record lies there, whoever made it. It counts if its part was made by the plan of this job,
   * which may have to be found first; else there can be no output. False where it does not count. That it
   * does is durable once the journal is flushed: nobody waits here, for most callers have nobody to tell,
   * and a journal that fails ends the process by itself.
   */
  found(record: CommitRecord, { isKnown }: { readonly isKnown: boolean }): boolean {
    const { config, onFailure, planner } = this.#options;
    if (planner.final === undefined) {
      this.#found.push(record);
      return false;
    }
    if (record.manifest.plan === planner.final.digest) {
      this.committed(record, { isKnown });
      return true;
    }
    const { attempt, partition } = record;
    onFailure(
      new OutputError(
        `output directory ${config.output.directory}: ${attempt} has committed ${partName(partition)} by ` +
          'another plan: inputs or cut points were others then; start the job anew, with another ' +
          'output directory or with --overwrite',
      ),
    );
    return false;
  }

  /** A part of this job is committed; `isKnown`: the journal says so already. */
  committed(
    { partition, attempt, manifest }: CommitRecord,
    { isKnown }: { readonly isKnown: boolean },
  ): void {
    const { audits, driver, journal } = this.#options;
    this.reduces.add(partition, manifest);
    audits.committed(partition, manifest.consumed);
    const record = { kind: 'reduceCommitted', partition, attempt } as const;
    if (!isKnown) void journal.append(record);
    driver.send({ kind: 'reduceCommitted', partition, attempt });
  }

  #mapped({ incarnation: worker, attempt }: CompletionRequest, manifest: MapManifest): void {
    const { audits, config, driver, outputs } = this.#options;
    const { partitionRecords, partitionBytes, recordsOut } = manifest;
    const { reducers } = config.job;
    if (partitionRecords.length !== reducers || partitionBytes.length !== reducers) {
      throw new ServiceError('BAD_REQUEST', `result: expected sizes of ${reducers} partitions`);
    }
    const records = partitionRecords.reduce((sum, count) => sum + count, 0);
    if (records !== recordsOut) {
      throw new ServiceError(
        'BAD_REQUEST',
        `result: recordsOut is ${recordsOut}, but the partitions have ${records}`,
      );
    }
    const totals = mapTotals(manifest);
    const { storedRoot, contentRoot } = manifest;
    outputs.arriving([{ attempt, storedRoot, contentRoot, totals }], () =>
      driver.send({ kind: 'mapCompleted', worker, attempt }),
    );
    audits.judge({ asks: true });
  }

  /** The truth is the commit record on the disk, whatever the lease. */
  async #reduced(
    { incarnation: worker, attempt }: CompletionRequest,
    { index: partition }: TaskId,
    manifest: ReduceManifest,
  ): Promise<boolean> {
    const { config, driver, journal, onFailure, parts, planner, workers } = this.#options;
    if (partition >= config.job.reducers) {
      throw new ServiceError('BAD_REQUEST', `attempt: there is no partition ${partition}`);
    }
    const isVolume = config.output.kind === 'volume';
    if (planner.final === undefined) {
      throw new ServiceError(
        'NOT_PLANNED',
        'the job is not planned yet: tell it of the part later',
      );
    }
    let record: CommitRecord | undefined;
    try {
      record = isVolume
        ? await parts.commitUploaded(attempt, manifest, () => this.#fits(partition, manifest))
        : await parts.committed(partition);
    } catch (error) {
      if (!(error instanceof ServiceError)) onFailure(error);
      throw error;
    }
    workers.completed(worker, attempt);
    if (record === undefined) {
      const message = `partition ${partition} has no commit record in ${config.output.directory}`;
      const error: AttemptError = isVolume
        ? { kind: 'released', message: 'made of map outputs that no longer count' }
        : { kind: 'output', message };
      driver.send({ kind: 'attemptFailed', worker, attempt, error });
      return false;
    }
    const counts = this.found(record, { isKnown: false });
    if (counts) await journal.flushed();
    return counts && record.attempt === attempt;
  }

  /** Whether a part that is not committed yet can be one of this output. */
  #fits(partition: number, { consumed, plan }: ReduceManifest): boolean {
    const { audits, planner } = this.#options;
    return plan === planner.final?.digest && audits.fits(partition, consumed);
  }
}
