import type { CoordinatorConfig, JobStatus, Phase, ReduceManifest } from '@mapreduce/protocol';
import {
  attemptTotals,
  longestStraggler,
  phaseOf,
  taskCounts,
  taskStates,
  workersTotal,
  workerViews,
  type SchedulerState,
  type WorkerView,
} from '@mapreduce/scheduler';
import type { Audits } from './audit/audits.ts';
import { CounterTotals } from './counter-totals.ts';
import type { DrainDesk } from './drain/drain-desk.ts';
import type { JobEnd } from './job-end.ts';
import type { MapOutputs } from './map-outputs.ts';
import type { InputPlan } from './plan.ts';
import type { WorkerBook } from './worker-book.ts';

/** Adds up what committed reduces say, each partition once. */
export class ReduceTotals {
  readonly #counted = new Set<number>();
  readonly counters = new CounterTotals();
  readonly totals = { recordsIn: 0, bytesIn: 0, recordsOut: 0, bytesOut: 0 };

  add(partition: number, manifest: ReduceManifest): void {
    if (this.#counted.has(partition)) return;
    this.#counted.add(partition);
    this.totals.recordsIn += manifest.recordsIn;
    this.totals.bytesIn += manifest.bytesIn;
    this.totals.recordsOut += manifest.recordsOut;
    for (const { length } of manifest.files) this.totals.bytesOut += length;
    this.counters.add(manifest.counters);
  }
}

/** When each phase began, on the monotonic clock. */
export class PhaseTimes {
  readonly #began: { readonly phase: Phase; readonly at: number }[] = [];

  begin(phase: Phase, at: number): void {
    this.#began.push({ phase, at });
  }

  until(end: number): JobStatus['phaseMs'] {
    const spent: JobStatus['phaseMs'] = {};
    for (const [i, { phase, at }] of this.#began.entries()) {
      spent[phase] = (spent[phase] ?? 0) + ((this.#began[i + 1]?.at ?? end) - at);
    }
    return spent;
  }
}

export interface StatusSources {
  readonly config: CoordinatorConfig;
  readonly scheduler: SchedulerState;
  readonly input: InputPlan | undefined;
  readonly outputs: MapOutputs;
  readonly audits: Audits;
  readonly reduces: ReduceTotals;
  readonly workers: WorkerBook;
  readonly drains: DrainDesk;
  readonly phases: PhaseTimes;
  readonly end: JobEnd | undefined;
  readonly version: number;
  readonly startedAt: number;
  readonly now: number;
}

/** The job's state, put together when asked for: O(workers), whatever the number of tasks. */
export function jobStatus(sources: StatusSources): JobStatus {
  const { config, scheduler, input, workers, end, now, startedAt } = sources;
  const audits = sources.audits.view;
  const mapStates = taskStates(scheduler, 'map');
  const reduceStates = taskStates(scheduler, 'reduce');
  return {
    version: sources.version,
    job: config.job.id,
    program: config.job.program.name,
    state: end?.state ?? 'running',
    phase: phaseOf(scheduler),
    elapsedMs: now - startedAt,
    phaseMs: sources.phases.until(now),
    maps: taskCounts(scheduler, 'map'),
    reduces: taskCounts(scheduler, 'reduce'),
    ...(mapStates !== undefined && { mapStates }),
    ...(reduceStates !== undefined && { reduceStates }),
    inputs: { count: input?.inputs.length ?? 0, bytes: input?.bytes ?? 0 },
    progress: progress(sources),
    attempts: attemptTotals(scheduler),
    ...straggler(sources),
    workers: workerViews(scheduler).map((worker) => ({
      ...worker,
      address: workers.address(worker.incarnation),
      relieved: isRelieved(worker, sources),
    })),
    workersTotal: workersTotal(scheduler),
    counters: allCounters(sources),
    ...(audits && { audits }),
    output: config.output.directory,
    ...(end?.error && { error: end.error }),
  };
}

function straggler({ scheduler, outputs, reduces, workers }: StatusSources) {
  const found = longestStraggler(scheduler);
  if (found === undefined) return {};
  const { attempt, kind, index, runningMs, medianMs, totalBytes } = found;
  const completed = scheduler.tasks[kind].completed;
  const read = kind === 'map' ? outputs.table.totals.bytesIn : reduces.totals.bytesIn;
  const sizeRatio = totalBytes > 0 && read > 0 ? (totalBytes * completed) / read : undefined;
  return {
    straggler: {
      ...{ attempt, task: `${kind} ${index}`, worker: workers.address(found.worker) },
      ...{ runningMs, medianMs, ...(sizeRatio !== undefined && { sizeRatio }) },
    },
  };
}

function isRelieved({ incarnation, state }: WorkerView, { drains, end }: StatusSources): boolean {
  const isGone = state === 'lost' || state === 'left';
  return isGone || end !== undefined || drains.isRelieved(incarnation);
}

function progress({ outputs, reduces, workers }: StatusSources): JobStatus['progress'] {
  const sum = {
    bytesRead: outputs.table.totals.bytesIn,
    recordsRead: outputs.table.totals.recordsIn,
    recordsSkipped: outputs.table.skipped.total,
    recordsShuffled: reduces.totals.recordsIn,
    bytesShuffled: reduces.totals.bytesIn,
    recordsWritten: reduces.totals.recordsOut,
    bytesWritten: reduces.totals.bytesOut,
  };
  for (const { attempt, progress: of } of workers.running()) {
    if (attempt.includes('-map-')) {
      sum.bytesRead += of.bytes;
      sum.recordsRead += of.records;
    } else if (attempt.includes('-reduce-')) {
      sum.bytesShuffled += of.fetchedBytes;
      sum.recordsShuffled += of.records;
    }
  }
  return sum;
}

function allCounters({ outputs, reduces }: StatusSources): JobStatus['counters'] {
  const all = new CounterTotals();
  all.add(outputs.counters.toJSON());
  all.add(reduces.counters.toJSON());
  return all.toJSON();
}
