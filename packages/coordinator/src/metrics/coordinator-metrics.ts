import {
  failureKindSchema,
  routes,
  taskKindSchema,
  type JobStatus,
  type RouteName,
} from '@mapreduce/protocol';
import type { SchedulerState } from '@mapreduce/scheduler';
import type { Disk } from '@mapreduce/service';
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { StepObserver } from '../core/index.ts';
import type { StatusSource } from '../node/main.ts';
import { AttemptLedger } from './attempt-ledger.ts';
import { statusGauges } from './status-gauges.ts';
import { timedDisk } from './timed-disk.ts';

const journalName = /\/journal-\d{6}$/;
const secondsFrom1ms = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30];
const secondsFrom100us = [0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
const fetchReasons = ['unreachable', 'gone', 'corrupt'] as const;

/**
 * A coordinator's metrics. What the status says is read when Prometheus asks; the rest is counted by
 * looking on at the scheduler's steps, the journal's disk and the control plane. No label names a job,
 * a task or a worker.
 */
export class CoordinatorMetrics {
  readonly registry = new Registry();
  readonly #ledger: AttemptLedger;
  readonly #reruns: Counter<'phase'>;
  readonly #fetchFailures: Counter<'reason'>;
  readonly #requests: Histogram<'route'>;
  readonly #fsyncs: Histogram;
  #scheduler: SchedulerState | undefined;

  /** `serving`: whose status to read; undefined before there is one. */
  constructor(serving: () => StatusSource | undefined) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    statusGauges(
      this.registry,
      () => statusOf(serving()),
      () => this.#scheduler,
    );
    const started = new Counter({
      name: 'mapreduce_attempts_started_total',
      help: 'Attempts that were leased.',
      labelNames: ['phase'] as const,
      registers,
    });
    const ended = new Counter({
      name: 'mapreduce_attempts_total',
      help: 'Attempts that have ended, by how and why.',
      labelNames: ['phase', 'outcome', 'reason'] as const,
      registers,
    });
    const backups = new Counter({
      name: 'mapreduce_backup_attempts_total',
      help: 'Backup attempts that have ended: won, if theirs is the result that counts.',
      labelNames: ['result'] as const,
      registers,
    });
    for (const phase of taskKindSchema.options) {
      started.inc({ phase }, 0);
      for (const outcome of ['succeeded', 'cancelled']) {
        ended.inc({ phase, outcome, reason: 'none' }, 0);
      }
      for (const reason of failureKindSchema.options)
        ended.inc({ phase, outcome: 'failed', reason }, 0);
      for (const reason of ['worker-lost', 'worker-left', 'unnamed', 'redone']) {
        ended.inc({ phase, outcome: 'lost', reason }, 0);
      }
    }
    for (const result of ['won', 'lost']) backups.inc({ result }, 0);
    this.#ledger = new AttemptLedger({
      started: (phase) => started.inc({ phase }),
      ended: (phase, { outcome, reason }, isBackup) => {
        ended.inc({ phase, outcome, reason });
        if (isBackup) backups.inc({ result: outcome === 'succeeded' ? 'won' : 'lost' });
      },
    });
    this.#reruns = new Counter({
      name: 'mapreduce_task_reruns_total',
      help: 'Completed tasks that had to run again, as what they had made was lost or differed.',
      labelNames: ['phase'] as const,
      registers,
    });
    for (const phase of ['map', 'reduce']) this.#reruns.inc({ phase }, 0);
    this.#fetchFailures = new Counter({
      name: 'mapreduce_fetch_failures_total',
      help: 'Reports of reducers that could not fetch a segment.',
      labelNames: ['reason'] as const,
      registers,
    });
    for (const reason of fetchReasons) this.#fetchFailures.inc({ reason }, 0);
    this.#requests = new Histogram({
      name: 'mapreduce_request_duration_seconds',
      help: 'From a request of the control plane to the end of its answer; leases and status wait.',
      labelNames: ['route'] as const,
      buckets: secondsFrom1ms,
      registers,
    });
    for (const route of Object.keys(routes)) this.#requests.zero({ route });
    this.#fsyncs = new Histogram({
      name: 'mapreduce_journal_fsync_duration_seconds',
      help: 'One fsync of the journal, which all records of that moment share.',
      buckets: secondsFrom100us,
      registers,
    });
  }

  readonly onStep: StepObserver = (event, commands, state) => {
    this.#scheduler = state;
    this.#ledger.step(event, commands);
    if (event.kind === 'fetchFailed') this.#fetchFailures.inc({ reason: event.reason });
    if (event.kind === 'reducesRedone') {
      this.#reruns.inc({ phase: 'reduce' }, event.partitions.length);
    }
    for (const { kind } of commands) {
      if (kind === 'mapLost' || kind === 'mapRerunAhead') this.#reruns.inc({ phase: 'map' });
    }
  };

  readonly onAnswered = (route: RouteName, ms: number): void => {
    this.#requests.observe({ route }, ms / 1_000);
  };

  /** The same disk, with the journal's fsyncs measured. */
  timed(disk: Disk): Disk {
    const onFsync = (ms: number) => this.#fsyncs.observe(ms / 1_000);
    return timedDisk(disk, (path) => journalName.test(path), onFsync);
  }
}

function statusOf(serving: StatusSource | undefined): Promise<JobStatus | undefined> {
  return serving?.status({ after: 0, waitMs: 0 }) ?? Promise.resolve(undefined);
}
