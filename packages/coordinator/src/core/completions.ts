import {
  parseAttemptId,
  ServiceError,
  type AttemptError,
  type CompletionRequest,
  type CoordinatorConfig,
  type MapManifest,
  type ProgramDescription,
  type ReduceManifest,
  type TaskId,
} from '@mapreduce/protocol';
import { holdsLease, type SchedulerCommand } from '@mapreduce/scheduler';
import type { Log } from '@mapreduce/service';
import type { CommitRecord, ListedInput } from '@mapreduce/storage';
import type { CompletionLog } from './completion-log.ts';
import { CounterTotals } from './counter-totals.ts';
import { descriptionFault } from './description.ts';
import type { Journal } from './journal/journal.ts';
import { MapTable } from './map-table.ts';
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
  readonly log: CompletionLog;
  readonly journal: Journal;
  readonly driver: SchedulerDriver;
  readonly inputs: Promise<readonly ListedInput[]>;
  readonly facts: Log;
  /** The job cannot go on. */
  readonly onFailure: (error: unknown) => void;
}

type MapCommand = Extract<SchedulerCommand, { kind: 'mapAvailable' | 'mapLost' }>;

/**
 * Takes the results of attempts: checks the lease, journals, and only then acknowledges. A repeat of
 * a completion that was accepted is accepted again; any other that holds no lease changes nothing.
 */
export class Completions {
  readonly maps: MapTable;
  readonly reduces = new ReduceTotals();
  /** Of maps. */
  readonly counters = new CounterTotals();
  readonly #options: CompletionsOptions;
  /** The manifest of the map that the scheduler is being told of. */
  #arriving: MapManifest | undefined;
  /** Describe and sample attempts that were accepted. */
  readonly #accepted = new Set<string>();

  constructor(options: CompletionsOptions) {
    this.#options = options;
    this.maps = new MapTable(options.config.job.reducers);
  }

  /** Whether the attempt is the one that counts; resolves when that is durable. */
  async complete(request: CompletionRequest): Promise<boolean> {
    const { incarnation, attempt, result } = request;
    const task = parseAttemptId(attempt);
    if (task.kind !== result.kind) {
      throw new ServiceError('BAD_REQUEST', `result: a ${task.kind} attempt gave a ${result.kind}`);
    }
    if (result.kind === 'reduce') return this.#reduced(request, task, result);
    const { driver, journal } = this.#options;
    if (!holdsLease(driver.state, incarnation, attempt)) {
      const repeated =
        this.#accepted.has(attempt) || this.maps.isCurrent(task.index, attempt, incarnation);
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
        break;
      case 'describe':
        if (!this.#described(request, result.description)) return false;
        break;
    }
    await journal.flushed();
    return true;
  }

  /** Appends to the completion log what became of a map's output. */
  carryOut(command: MapCommand): void {
    if (command.kind === 'mapAvailable') this.#mapAvailable(command);
    else this.#mapLost(command);
  }

  #described({ incarnation: worker, attempt }: CompletionRequest, description: ProgramDescription) {
    const { driver, journal, onFailure } = this.#options;
    const fault = descriptionFault(description);
    if (fault !== undefined) {
      const error: AttemptError = { kind: 'program', message: fault };
      driver.send({ kind: 'attemptFailed', worker, attempt, error });
      return false;
    }
    this.#accepted.add(attempt);
    driver.send({ kind: 'described', worker, attempt });
    void journal.append({ kind: 'described', attempt, description });
    this.#plan(description).catch(onFailure);
    return true;
  }

  async #plan(description: ProgramDescription): Promise<void> {
    const { driver, inputs, journal, planner } = this.#options;
    const planned = planner.plan(description, await inputs, journal);
    this.maps.plan(planned.maps);
    driver.send({ kind: 'planned', ...planned });
  }

  #mapped({ incarnation: worker, attempt }: CompletionRequest, manifest: MapManifest): void {
    const { config, driver } = this.#options;
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
    this.#arriving = manifest;
    driver.send({ kind: 'mapCompleted', worker, attempt });
    this.#arriving = undefined;
  }

  #mapAvailable({ map, attempt, holder }: Extract<MapCommand, { kind: 'mapAvailable' }>): void {
    const { journal, log, workers, facts } = this.#options;
    const manifest = this.#arriving;
    if (manifest === undefined) throw new Error(`map ${map} is available, but did not complete`);
    const { storedRoot, contentRoot, recordsOut, bytesOut } = manifest;
    const address = workers.address(holder);
    const before = this.maps.output(map);
    const output = { map, attempt, holder, address, storedRoot, contentRoot };
    if (this.maps.set({ kind: 'mapped', ...output }, manifest))
      this.counters.add(manifest.counters);
    if (before !== undefined && before.contentRoot !== contentRoot) {
      facts.warn('a map that ran again gave other records', {
        map,
        attempt,
        before: before.attempt,
      });
    }
    const count = log.append({ kind: 'mapped', ...output });
    const record = { kind: 'mapCompleted', ...output, recordsOut, bytesOut } as const;
    release(journal.append(record), log, count);
  }

  #mapLost({ map, attempt }: Extract<MapCommand, { kind: 'mapLost' }>): void {
    const { journal, log, facts } = this.#options;
    facts.warn('map output lost', { map, attempt });
    const count = log.append({ kind: 'lost', map, attempt });
    release(journal.append({ kind: 'mapLost', map, attempt }), log, count);
  }

  /** The truth is the commit record on the disk, whatever the lease. */
  async #reduced(
    { incarnation: worker, attempt }: CompletionRequest,
    { index: partition }: TaskId,
    manifest: ReduceManifest,
  ): Promise<boolean> {
    const { config, driver, journal, onFailure, parts, workers } = this.#options;
    if (partition >= config.job.reducers) {
      throw new ServiceError('BAD_REQUEST', `attempt: there is no partition ${partition}`);
    }
    let record: CommitRecord | undefined;
    try {
      record =
        config.output.kind === 'volume'
          ? await parts.commitUploaded(partition, attempt, manifest)
          : await parts.committed(partition);
    } catch (error) {
      if (!(error instanceof ServiceError)) onFailure(error);
      throw error;
    }
    workers.completed(worker, attempt);
    if (record === undefined) {
      const message = `partition ${partition} has no commit record in ${config.output.directory}`;
      const error: AttemptError = { kind: 'output', message };
      driver.send({ kind: 'attemptFailed', worker, attempt, error });
      return false;
    }
    this.reduces.add(partition, record.manifest);
    const written = journal.append({ kind: 'reduceCommitted', partition, attempt: record.attempt });
    driver.send({ kind: 'reduceCommitted', partition, attempt: record.attempt });
    await written;
    return record.attempt === attempt;
  }
}

/** Shows the log's first `count` events once the journal has them; a failure is told elsewhere. */
function release(written: Promise<void>, log: CompletionLog, count: number): void {
  written.then(
    () => log.release(count),
    () => undefined,
  );
}
