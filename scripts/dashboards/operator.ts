import { RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { plural } from '@mapreduce/protocol/resource';
import { dashboard } from './dashboard.ts';
import { quantileOf, rateBy } from './expressions.ts';
import { figure, graph } from './panels.ts';

const rate = (metric: string, by: string) => rateBy(by, metric);
/** The operator calls its one controller, and so its queue, after the resource. */
const ofJobs = `{name="${plural}"}`;
const controller = `{controller="${plural}"}`;
/** What all finished jobs came to within the time that is looked at. */
const came = (metric: string) => `sum(increase(${metric}[$__range]))`;

/** All jobs of the cluster, finished ones included however short, and the operator itself. */
export const operatorDashboard = dashboard('MapReduce / Operator', 'mapreduce-operator')
  .withRow(new RowBuilder('Jobs'))
  .withPanel(
    figure({
      title: 'Running',
      description: 'Jobs that run now.',
      unit: 'short',
      queries: [{ expr: 'sum(mapreduce_jobs{phase="Running"})', legend: 'running' }],
    }),
  )
  .withPanel(
    figure({
      title: 'Waiting',
      description: 'Jobs whose pods are being started.',
      unit: 'short',
      queries: [{ expr: 'sum(mapreduce_jobs{phase=~"Pending|Starting"})', legend: 'waiting' }],
    }),
  )
  .withPanel(
    figure({
      title: 'Succeeded',
      description: 'Jobs that ended well within the time shown; also those that are deleted since.',
      unit: 'short',
      queries: [
        { expr: came('mapreduce_jobs_finished_total{result="succeeded"}'), legend: 'succeeded' },
      ],
    }),
  )
  .withPanel(
    figure({
      title: 'Finished',
      description: 'All jobs that ended within the time shown.',
      unit: 'short',
      queries: [{ expr: came('mapreduce_jobs_finished_total'), legend: 'finished' }],
    }),
  )
  .withPanel(
    figure({
      title: 'Bytes read',
      description: 'By jobs that finished within the time shown.',
      unit: 'bytes',
      queries: [{ expr: came('mapreduce_job_bytes_read_total'), legend: 'read' }],
    }),
  )
  .withPanel(
    figure({
      title: 'Records written',
      description: 'By jobs that finished within the time shown.',
      unit: 'short',
      queries: [{ expr: came('mapreduce_job_records_written_total'), legend: 'written' }],
    }),
  )
  .withPanel(
    graph({
      title: 'Jobs by phase',
      description: 'Objects that there are.',
      unit: 'short',
      isStacked: true,
      queries: [{ expr: 'sum by (phase) (mapreduce_jobs)', legend: '{{phase}}' }],
    }),
  )
  .withPanel(
    graph({
      title: 'Jobs finished',
      description: 'By how and why.',
      unit: 'short',
      isStacked: true,
      queries: [
        {
          expr: 'sum by (result, reason) (increase(mapreduce_jobs_finished_total[$__rate_interval]))',
          legend: '{{result}} {{reason}}',
        },
      ],
    }),
  )
  .withPanel(
    graph({
      title: 'How long jobs take',
      description: 'From the start to the end of finished jobs.',
      unit: 's',
      queries: [0.5, 0.95].map((q) => ({
        expr: quantileOf(q, 'mapreduce_job_duration_seconds'),
        legend: `p${q * 100}`,
      })),
    }),
  )
  .withPanel(
    graph({
      title: 'Attempts of finished jobs',
      description: 'By what became of them; lost ones went with their worker and are no fault.',
      unit: 'short',
      queries: [
        { expr: rate('mapreduce_job_attempts_started_total', 'instance'), legend: 'started' },
        { expr: rate('mapreduce_job_attempts_total', 'outcome'), legend: '{{outcome}}' },
      ],
    }),
  )
  .withPanel(
    graph({
      title: 'Data of finished jobs',
      description: 'Read, shuffled and written, added as each job ends.',
      unit: 'Bps',
      queries: ['read', 'shuffled', 'written'].map((what) => ({
        expr: rate(`mapreduce_job_bytes_${what}_total`, 'instance'),
        legend: what,
      })),
    }),
  )
  .withPanel(
    graph({
      title: 'Begun anew',
      description: 'Retries of jobs, and coordinators from which another took over.',
      unit: 'short',
      queries: [
        { expr: rate('mapreduce_job_retries_total', 'instance'), legend: 'retries' },
        {
          expr: rate('mapreduce_job_coordinators_replaced_total', 'instance'),
          legend: 'coordinators replaced',
        },
      ],
    }),
  )
  .withRow(new RowBuilder('Reconciling'))
  .withPanel(
    graph({
      title: 'Reconciles',
      description: 'By result.',
      unit: 'short',
      queries: [
        {
          expr: rate(`controller_runtime_reconcile_total${controller}`, 'result'),
          legend: '{{result}}',
        },
      ],
    }),
  )
  .withPanel(
    graph({
      title: 'Time of a reconcile',
      description: 'Median and 99th percentile.',
      unit: 's',
      queries: [0.5, 0.99].map((q) => ({
        expr: quantileOf(q, 'controller_runtime_reconcile_time_seconds', controller),
        legend: `p${q * 100}`,
      })),
    }),
  )
  .withPanel(
    graph({
      title: 'Work queue',
      description: 'Jobs that wait to be looked at, and how long they wait.',
      unit: 'short',
      queries: [
        { expr: `sum(workqueue_depth${ofJobs})`, legend: 'depth' },
        {
          expr: quantileOf(0.99, 'workqueue_queue_duration_seconds', ofJobs),
          legend: 'wait p99 (s)',
        },
        {
          expr: `max(workqueue_longest_running_processor_seconds${ofJobs})`,
          legend: 'longest (s)',
        },
      ],
    }),
  )
  .withRow(new RowBuilder('Process'))
  .withPanel(
    graph({
      title: 'Requests to the API server',
      description: 'By method and status.',
      unit: 'reqps',
      queries: [
        { expr: rate('rest_client_requests_total', 'method, code'), legend: '{{method}} {{code}}' },
      ],
    }),
  )
  .withPanel(
    graph({
      title: 'Memory',
      description: 'Resident, of each operator.',
      unit: 'bytes',
      queries: [
        {
          expr: 'process_resident_memory_bytes and on (instance) workqueue_depth',
          legend: '{{pod}}',
        },
      ],
    }),
  )
  .withPanel(
    graph({
      title: 'Leader',
      description: '1 for the operator that leads.',
      unit: 'short',
      queries: [{ expr: 'leader_election_master_status', legend: '{{pod}}' }],
    }),
  )
  .build();
