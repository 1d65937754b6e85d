import { RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboard, labelVariable } from './dashboard.ts';
import { quantileOf, rateBy } from './expressions.ts';
import { figure, graph } from './panels.ts';

const job = 'namespace="$namespace",job_name="$job"';
const only = (more: string) => `{${job},${more}}`;
const all = `{${job}}`;
const rate = (metric: string, by: string, selector = all) => rateBy(by, metric, selector);
const total = (metric: string, selector = all) =>
  `sum(rate(${metric}${selector}[$__rate_interval]))`;
const quantile = (q: number, metric: string) => quantileOf(q, metric, all);

/** One job: how far it is, what it moves, what goes wrong, and whether its processes are well. */
export const jobDashboard = dashboard('MapReduce / Job', 'mapreduce-job')
  .withVariable(
    labelVariable('namespace', 'Namespace', 'label_values(mapreduce_job_info, namespace)'),
  )
  .withVariable(
    labelVariable(
      'job',
      'Job',
      'label_values(mapreduce_job_info{namespace="$namespace"}, job_name)',
    ),
  )
  .withRow(new RowBuilder('Progress'))
  .withPanel(
    figure({
      title: 'Maps done',
      description: 'Share of the maps that have completed.',
      unit: 'percentunit',
      queries: [
        {
          expr: `sum(mapreduce_tasks${only('phase="map",state="completed"')}) / sum(mapreduce_tasks${only('phase="map"')})`,
          legend: 'maps',
        },
      ],
    }),
  )
  .withPanel(
    figure({
      title: 'Reduces done',
      description: 'Share of the reduces that have committed.',
      unit: 'percentunit',
      queries: [
        {
          expr: `sum(mapreduce_tasks${only('phase="reduce",state="completed"')}) / sum(mapreduce_tasks${only('phase="reduce"')})`,
          legend: 'reduces',
        },
      ],
    }),
  )
  .withPanel(
    figure({
      title: 'Running for',
      description: 'Since the coordinator of the moment began.',
      unit: 's',
      queries: [{ expr: `max(mapreduce_job_elapsed_seconds${all})`, legend: 'elapsed' }],
    }),
  )
  .withPanel(
    figure({
      title: 'Workers',
      description: 'Workers that the coordinator hears.',
      unit: 'short',
      queries: [{ expr: `sum(mapreduce_workers${only('state="alive"')})`, legend: 'alive' }],
    }),
  )
  .withPanel(
    figure({
      title: 'Input read',
      description: 'Of all bytes of the input.',
      unit: 'percentunit',
      queries: [
        {
          expr: `sum(mapreduce_job_read_bytes${all}) / sum(mapreduce_job_input_bytes${all})`,
          legend: 'read',
        },
      ],
    }),
  )
  .withPanel(
    figure({
      title: 'Records written',
      description: 'In parts that have committed.',
      unit: 'short',
      queries: [{ expr: `sum(mapreduce_job_written_records${all})`, legend: 'written' }],
    }),
  )
  .withPanel(
    graph({
      title: 'Tasks by state',
      description:
        'Maps, then reduces: idle, in progress, completed. A step back is work that was lost.',
      unit: 'short',
      isStacked: true,
      queries: [
        {
          expr: `sum by (phase, state) (mapreduce_tasks${all})`,
          legend: '{{phase}} {{state}}',
        },
      ],
    }),
  )
  .withPanel(
    graph({
      title: 'Slots',
      description: 'How many tasks the workers can run, and run. A gap is time that nobody uses.',
      unit: 'short',
      queries: [
        { expr: `sum(mapreduce_slots${all})`, legend: 'slots' },
        { expr: `sum(mapreduce_slots_busy${all})`, legend: 'busy' },
      ],
    }),
  )
  .withPanel(
    graph({
      title: 'Workers by state',
      description: 'As the coordinator sees them.',
      unit: 'short',
      isStacked: true,
      queries: [{ expr: `sum by (state) (mapreduce_workers${all})`, legend: '{{state}}' }],
    }),
  )
  .withRow(new RowBuilder('Data'))
  .withPanel(
    graph({
      title: 'Bytes a second',
      description: 'What all workers read, store, fetch from each other and write.',
      unit: 'Bps',
      queries: ['read', 'spilled', 'shuffled', 'written'].map((what) => ({
        expr: total(`mapreduce_worker_${what}_bytes_total`),
        legend: what,
      })),
    }),
  )
  .withPanel(
    graph({
      title: 'Records a second',
      description: 'Records in and out of maps and reduces.',
      unit: 'short',
      queries: ['read', 'spilled', 'shuffled', 'written'].map((what) => ({
        expr: total(`mapreduce_worker_${what}_records_total`),
        legend: what,
      })),
    }),
  )
  .withPanel(
    graph({
      title: 'Shuffle: time of a fetch',
      description: 'One request for all segments of a partition that a worker holds.',
      unit: 's',
      queries: [0.5, 0.99].map((q) => ({
        expr: quantile(q, 'mapreduce_worker_shuffle_fetch_duration_seconds'),
        legend: `p${q * 100}`,
      })),
    }),
  )
  .withRow(new RowBuilder('Trouble'))
  .withPanel(
    graph({
      title: 'Attempts that ended otherwise',
      description:
        'Failed, lost with their worker, or cancelled, by reason. Lost ones are no fault.',
      unit: 'short',
      queries: [
        {
          expr: rate('mapreduce_attempts_total', 'outcome, reason', only('outcome!="succeeded"')),
          legend: '{{outcome}} {{reason}}',
        },
      ],
    }),
  )
  .withPanel(
    graph({
      title: 'Work done again',
      description:
        'Completed tasks that ran again, failed fetches, and outputs that were handed over instead.',
      unit: 'short',
      queries: [
        { expr: rate('mapreduce_task_reruns_total', 'phase'), legend: '{{phase}} again' },
        { expr: rate('mapreduce_fetch_failures_total', 'reason'), legend: 'fetch {{reason}}' },
        { expr: total('mapreduce_outputs_moved_total'), legend: 'moved' },
        { expr: total('mapreduce_maps_rerun_ahead_total'), legend: 're-run ahead' },
      ],
    }),
  )
  .withPanel(
    graph({
      title: 'Backup tasks',
      description: 'Second attempts at stragglers: those that came first, and those in vain.',
      unit: 'short',
      queries: [
        { expr: `sum by (result) (mapreduce_backup_attempts_total${all})`, legend: '{{result}}' },
      ],
    }),
  )
  .withRow(new RowBuilder('Processes'))
  .withPanel(
    graph({
      title: 'Heartbeats, and waiting for tasks',
      description: 'As workers see it. A worker that is not heard for 10 s is presumed dead.',
      unit: 's',
      queries: [
        {
          expr: quantile(0.99, 'mapreduce_worker_heartbeat_duration_seconds'),
          legend: 'heartbeat p99',
        },
        {
          expr: quantile(0.5, 'mapreduce_worker_lease_wait_seconds'),
          legend: 'wait for a task p50',
        },
      ],
    }),
  )
  .withPanel(
    graph({
      title: 'Journal: time of an fsync',
      description: 'Nothing is acknowledged before it: a slow disk slows all workers.',
      unit: 's',
      queries: [0.5, 0.99].map((q) => ({
        expr: quantile(q, 'mapreduce_journal_fsync_duration_seconds'),
        legend: `p${q * 100}`,
      })),
    }),
  )
  .withPanel(
    graph({
      title: 'Event loop lag',
      description: 'How late each process comes to what is due, at the 99th percentile.',
      unit: 's',
      queries: [
        { expr: `max by (pod) (nodejs_eventloop_lag_p99_seconds${all})`, legend: '{{pod}}' },
      ],
    }),
  )
  .withPanel(
    graph(
      {
        title: 'Memory',
        description: 'Resident, of coordinator and workers, without their executors.',
        unit: 'bytes',
        queries: [
          { expr: `max by (pod) (process_resident_memory_bytes${all})`, legend: '{{pod}}' },
        ],
      },
      12,
    ),
  )
  .withPanel(
    graph(
      {
        title: 'Processor time',
        description: 'Of coordinator and workers, without their executors.',
        unit: 'short',
        queries: [{ expr: rate('process_cpu_seconds_total', 'pod'), legend: '{{pod}}' }],
      },
      12,
    ),
  )
  .build();
