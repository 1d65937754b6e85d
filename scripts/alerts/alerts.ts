import { plural } from '@mapreduce/protocol/resource';

/** An alert: when it fires, and what whoever it wakes is to know and do. */
export interface Alert {
  readonly name: string;
  readonly expr: string;
  /** How long it must be so. */
  readonly for: string;
  readonly severity: 'critical' | 'warning' | 'info';
  /** One sentence, with the labels of the series. */
  readonly summary: string;
  /** The runbook: what it means for users, then what to look at and to do, in order. */
  readonly meaning: string;
  readonly steps: readonly string[];
}

const ofJob = 'namespace, job_name';
/** What happened to a job's attempts within ten minutes, beside all that were started. */
const share = (outcome: string) =>
  `sum by (${ofJob}) (increase(mapreduce_attempts_total{outcome="${outcome}"}[10m]))` +
  ` / sum by (${ofJob}) (increase(mapreduce_attempts_started_total[10m]))`;
const p99 = (metric: string, by: string) =>
  `histogram_quantile(0.99, sum by (${by}, le) (rate(${metric}_bucket[5m])))`;
const job = '{{ $labels.namespace }}/{{ $labels.job_name }}';
const jobOfOperator = '{{ $labels.job_namespace }}/{{ $labels.job_name }}';

export const alerts: readonly Alert[] = [
  {
    name: 'MapReduceOperatorDown',
    expr: 'absent(mapreduce_jobs)',
    for: '5m',
    severity: 'critical',
    summary: 'No MapReduce operator is running, or none leads.',
    meaning:
      'Jobs that run go on, and end. None is begun, scaled, suspended or deleted on time, and a coordinator whose node is lost is not replaced.',
    steps: [
      '`kubectl get pods -A -l app.kubernetes.io/name=mapreduce,app.kubernetes.io/component=operator`, and describe what is not ready.',
      'Look at its log: it ends where it may not list what it watches, or loses its lease.',
      '`leader_election_master_status` is 1 for the one that leads: the jobs are counted by that one alone.',
      'If it is well, Prometheus does not reach it: check the ServiceMonitor and NetworkPolicies on port 9090.',
    ],
  },
  {
    name: 'MapReduceReconcileErrors',
    expr: 'sum by (controller) (rate(controller_runtime_reconcile_errors_total[5m])) > 0.1',
    for: '10m',
    severity: 'warning',
    summary: 'The operator fails again and again to bring jobs to what they ask for.',
    meaning: 'Some jobs do not come on. Others are not held up.',
    steps: [
      "Look for errors in the operator's log: each names the job and the request that failed.",
      'Forbidden: compare its Role with the chart. Invalid: a pod template of a job is at fault; `kubectl mapreduce explain NAME` says which.',
    ],
  },
  {
    name: 'MapReduceQueueBacklog',
    expr: `sum by (name) (workqueue_depth{name="${plural}"}) > 100`,
    for: '10m',
    severity: 'warning',
    summary: 'Over a hundred jobs wait to be looked at by the operator.',
    meaning: 'Whatever happens to a job is answered late.',
    steps: [
      'See how long a reconcile takes on the operator dashboard, and how the API server answers.',
      'Raise `concurrency` in the values, and the processor time of the operator.',
    ],
  },
  {
    name: 'MapReduceJobsFailing',
    expr: 'sum(increase(mapreduce_jobs_finished_total{result="failed"}[30m])) >= 3',
    for: '0m',
    severity: 'warning',
    summary: 'Three jobs or more have failed within half an hour.',
    meaning: 'Something that jobs share may be at fault: an input, an image, a volume, a node.',
    steps: [
      'The panel of finished jobs tells the reasons.',
      '`kubectl mapreduce explain NAME` on one of each reason says what to do.',
    ],
  },
  {
    name: 'MapReduceJobDegraded',
    expr: 'max by (job_namespace, job_name) (mapreduce_job_degraded) == 1',
    // A job that never starts is given up after ten minutes, and this gauge goes with it.
    for: '5m',
    severity: 'warning',
    summary: `Something has kept job ${jobOfOperator} from coming on for five minutes.`,
    meaning:
      'Pods cannot be placed or started: no room, no image, a quota, a webhook that fails, a volume that cannot be mounted.',
    steps: [
      '`kubectl mapreduce explain NAME --all` names each cause with its remedy.',
      'The condition `Degraded` of the job has the words of Kubernetes.',
    ],
  },
  {
    name: 'MapReduceJobStalled',
    expr: `max by (job_namespace, job_name) (changes(mapreduce_job_tasks_completed[5m])) == 0`,
    for: '30m',
    severity: 'warning',
    summary: `Job ${jobOfOperator} has not completed a task for half an hour.`,
    meaning: 'Its tasks take very long, or none is running.',
    steps: [
      '`kubectl mapreduce watch NAME`: are workers there, and busy? If none is, see MapReduceJobDegraded.',
      'If they are busy: `kubectl mapreduce logs NAME --failed`; one key may have most of the values.',
      'A smaller `splitSize` or more `reducers` makes smaller tasks; a task that neither reads nor emits is ended after `taskTimeoutSeconds`.',
    ],
  },
  {
    name: 'MapReduceAttemptsFailing',
    expr: `${share('failed')} > 0.2`,
    for: '10m',
    severity: 'warning',
    summary: `Over a fifth of the attempts of job ${job} fail.`,
    meaning:
      'The program throws or runs out of memory, or disks are full. Four failures of one task fail the job.',
    steps: [
      'The panel of attempts tells the reasons; `kubectl mapreduce logs NAME --failed` has the errors with file and offset of the record.',
      'Reason `memory`: lower `memory` or raise the limit of the workers. Reason `disk`: raise `workers.disk`.',
    ],
  },
  {
    name: 'MapReduceWorkersLost',
    expr: `${share('lost')} > 0.2`,
    for: '10m',
    severity: 'warning',
    summary: `Over a fifth of the attempts of job ${job} go with their workers.`,
    meaning: 'The output stays right, but work is done again and again.',
    steps: [
      '`kubectl get pods` and `kubectl get events`: evicted, out of memory, or on nodes that go?',
      'A longer `workers.graceSeconds` lets workers hand over what they hold.',
    ],
  },
  {
    name: 'MapReduceFetchFailures',
    expr: `sum by (${ofJob}) (rate(mapreduce_fetch_failures_total[10m])) > 0.5`,
    for: '10m',
    severity: 'warning',
    summary: `Workers of job ${job} cannot fetch from each other.`,
    meaning:
      'Maps run again whose outputs are there. Where it does not end, the job does not either.',
    steps: [
      'Reason `unreachable`: does a NetworkPolicy or a mesh stand between workers on port 7071?',
      'Reason `corrupt`: a disk or a memory is at fault; see on which nodes.',
    ],
  },
  {
    name: 'MapReduceJournalSlow',
    expr: `${p99('mapreduce_journal_fsync_duration_seconds', ofJob)} > 1`,
    for: '10m',
    severity: 'warning',
    summary: `The journal of job ${job} waits over a second for its disk.`,
    meaning: 'No completion is acknowledged before it, so all workers wait.',
    steps: [
      'Which other pods write to the disk of that node?',
      'Put the coordinator on a faster one: `coordinator.volume.claim.storageClassName`.',
    ],
  },
  {
    name: 'MapReduceCoordinatorLate',
    expr: `max by (${ofJob}) (nodejs_eventloop_lag_p99_seconds{role="coordinator"}) > 2`,
    for: '5m',
    severity: 'warning',
    summary: `The coordinator of job ${job} is seconds late.`,
    meaning: 'Heartbeats are answered late; at 10 s workers are presumed dead.',
    steps: [
      'Is it throttled? Raise `coordinator.resources.limits.cpu`, or leave that limit out.',
      'Over two thousand workers ask for a whole core.',
    ],
  },
];
