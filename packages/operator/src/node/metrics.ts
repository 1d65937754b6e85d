import type { KubeObject } from '@mapreduce/controller-runtime';
import { jobPhases, type JobResourceStatus } from '@mapreduce/protocol/resource';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { FinishedJob, JobMetrics } from '../core/reconcile/job-totals.ts';
import { parseTime } from '../core/time.ts';

/** From a second to four hours. */
const durationBuckets = [
  1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400,
];

/** Of a finished job's attempts, by what became of them. */
const outcomes = ['failed', 'lost', 'backup', 'fetchFailures', 'moved', 'rerunAhead'] as const;

/**
 * The operator's own metrics. What finished jobs came to is added to counters once they end, so that
 * none is too short for a scrape; jobs' names appear on gauges alone, which are read from the cache.
 * `jobs` are undefined, and no gauge has a value, while another operator leads: a sum over all of them
 * counts each job once, and there is no sum where nobody leads.
 */
export function jobMetrics(
  registry: Registry,
  jobs: () => readonly KubeObject[] | undefined,
): JobMetrics {
  const registers = [registry];
  gauges(registers, jobs);

  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter({ name: `mapreduce_${name}`, help, registers, labelNames });
  const finished = counter('jobs_finished_total', 'Jobs that have ended, by how and why.', [
    'result',
    'reason',
  ]);
  const recordsRead = counter('job_records_read_total', 'Records that finished jobs read.');
  const recordsWritten = counter('job_records_written_total', 'Records that finished jobs wrote.');
  const recordsSkipped = counter(
    'job_records_skipped_total',
    'Bad records that finished jobs left out.',
  );
  const bytesRead = counter('job_bytes_read_total', 'Bytes that finished jobs read.');
  const bytesShuffled = counter('job_bytes_shuffled_total', 'Bytes that finished jobs shuffled.');
  const bytesWritten = counter('job_bytes_written_total', 'Bytes that finished jobs wrote.');
  const tasks = counter('job_tasks_total', 'Tasks that finished jobs completed.', ['kind']);
  const attempts = counter(
    'job_attempts_total',
    'Attempts of finished jobs, by what became of them.',
    ['outcome'],
  );
  const started = counter('job_attempts_started_total', 'Attempts that finished jobs started.');
  const retries = counter('job_retries_total', 'How often finished jobs had begun anew.');
  const replaced = counter(
    'job_coordinators_replaced_total',
    'Coordinators of finished jobs from which another took over.',
  );
  const duration = new Histogram({
    name: 'mapreduce_job_duration_seconds',
    help: 'From the start of a job to its end.',
    registers,
    labelNames: ['result'],
    buckets: durationBuckets,
  });
  for (const kind of ['map', 'reduce']) tasks.inc({ kind }, 0);
  for (const outcome of outcomes) attempts.inc({ outcome: snake(outcome) }, 0);
  finished.inc({ result: 'succeeded', reason: 'Succeeded' }, 0);
  for (const result of ['succeeded', 'failed']) duration.zero({ result });

  return {
    finished({ result, reason, status }: FinishedJob): void {
      finished.inc({ result, reason });
      const seconds = durationOf(status);
      if (seconds !== undefined) duration.observe({ result }, seconds);
      retries.inc(status.attempt ?? 0);
      replaced.inc(Math.max(0, (status.coordinator?.generation ?? 1) - 1 - (status.attempt ?? 0)));
      const { progress, attempts: counts } = status;
      if (progress !== undefined) {
        recordsRead.inc(progress.recordsRead);
        recordsWritten.inc(progress.recordsWritten);
        recordsSkipped.inc(progress.recordsSkipped);
        bytesRead.inc(progress.bytesRead);
        bytesShuffled.inc(progress.bytesShuffled);
        bytesWritten.inc(progress.bytesWritten);
        tasks.inc({ kind: 'map' }, progress.maps.completed);
        tasks.inc({ kind: 'reduce' }, progress.reduces.completed);
      }
      if (counts === undefined) return;
      started.inc(counts.started);
      for (const outcome of outcomes) attempts.inc({ outcome: snake(outcome) }, counts[outcome]);
    },
  };
}

function gauges(registers: Registry[], jobs: () => readonly KubeObject[] | undefined): void {
  const statuses = () =>
    jobs()?.map((object) => {
      const { namespace = '', name: job } = object.metadata;
      const status: JobResourceStatus = object['status'] ?? {};
      return { namespace, job, status };
    });
  new Gauge({
    name: 'mapreduce_jobs',
    help: 'Jobs that there are, by phase.',
    registers,
    labelNames: ['phase'],
    collect() {
      this.reset();
      const found = statuses();
      if (found === undefined) return;
      for (const phase of jobPhases) this.set({ phase }, 0);
      for (const { status } of found) this.inc({ phase: status.phase ?? 'Pending' });
    },
  });
  const perJob = (
    name: string,
    help: string,
    read: (status: JobResourceStatus) => number,
    phases: readonly JobResourceStatus['phase'][] = ['Running'],
  ) =>
    new Gauge({
      name: `mapreduce_job_${name}`,
      help,
      registers,
      labelNames: ['job_namespace', 'job_name'],
      collect() {
        this.reset();
        for (const { namespace, job, status } of statuses() ?? []) {
          if (status.phase !== undefined && phases.includes(status.phase)) {
            this.set({ job_namespace: namespace, job_name: job }, read(status));
          }
        }
      },
    });
  perJob('progress_ratio', 'How far a running job has come, from 0 to 1.', ({ progress }) =>
    progress === undefined ? 0 : progress.percentage / 100,
  );
  perJob(
    'tasks_completed',
    'Tasks of a running job that are completed; fewer again where their outputs were lost.',
    ({ progress }) => (progress?.maps.completed ?? 0) + (progress?.reduces.completed ?? 0),
  );
  perJob(
    'workers',
    'Workers of a running job that are there.',
    ({ workers }) => workers?.replicas ?? 0,
  );
  perJob(
    'workers_ready',
    'Workers of a running job that are ready.',
    ({ workers }) => workers?.ready ?? 0,
  );
  perJob(
    'degraded',
    'Whether something keeps a job from coming on, or from starting.',
    ({ conditions }) =>
      Number(conditions?.some(({ type, status }) => type === 'Degraded' && status === 'True')),
    ['Pending', 'Starting', 'Running'],
  );
}

function durationOf({ startTime, completionTime }: JobResourceStatus): number | undefined {
  const [start, end] = [parseTime(startTime), parseTime(completionTime)];
  return start === undefined || end === undefined ? undefined : (end - start) / 1_000;
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
