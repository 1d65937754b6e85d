import { plural } from '@mapreduce/protocol/resource';
import { alerts, type Alert } from './alerts.ts';
import { ruleGroups } from './rules.ts';

/** Series that make an alert fire, in the notation of `promtool test rules`. */
interface RuleCase {
  readonly alert: string;
  readonly series: Readonly<Record<string, string>>;
  /** When it has not fired yet, and when it has. */
  readonly quietAt: string;
  readonly firesAt: string;
  /** Labels beside the severity. */
  readonly labels: Readonly<Record<string, string>>;
}

const ofJob = { namespace: 'team', job_name: 'wc' };
const target = 'namespace="team",job_name="wc"';
const ofOperator = { job_namespace: 'team', job_name: 'wc' };
const gauge = 'job_namespace="team",job_name="wc"';

const cases: readonly RuleCase[] = [
  {
    alert: 'MapReduceOperatorDown',
    series: { 'mapreduce_jobs{phase="Running"}': '1x3 stale' },
    ...{ quietAt: '5m', firesAt: '10m', labels: {} },
  },
  {
    alert: 'MapReduceReconcileErrors',
    series: { [`controller_runtime_reconcile_errors_total{controller="${plural}"}`]: '0+12x30' },
    ...{ quietAt: '8m', firesAt: '15m', labels: { controller: plural } },
  },
  {
    alert: 'MapReduceQueueBacklog',
    series: { [`workqueue_depth{name="${plural}",controller="${plural}"}`]: '101x30' },
    ...{ quietAt: '9m', firesAt: '11m', labels: { name: plural } },
  },
  {
    alert: 'MapReduceJobsFailing',
    series: {
      'mapreduce_jobs_finished_total{result="failed",reason="TaskFailed"}': '0x9 1x9 2x4 4x20',
      'mapreduce_jobs_finished_total{result="succeeded",reason="Succeeded"}': '0+10x60',
    },
    ...{ quietAt: '21m', firesAt: '26m', labels: {} },
  },
  {
    alert: 'MapReduceJobDegraded',
    series: { [`mapreduce_job_degraded{${gauge}}`]: '0x4 1x20' },
    ...{ quietAt: '9m', firesAt: '11m', labels: ofOperator },
  },
  {
    // It never starts, and has failed after ten minutes.
    alert: 'MapReduceJobDegraded',
    series: { [`mapreduce_job_degraded{${gauge}}`]: '0x1 1x7 stale' },
    ...{ quietAt: '6m', firesAt: '9m', labels: ofOperator },
  },
  {
    // Of its thousand tasks one completes a minute, until none does.
    alert: 'MapReduceJobStalled',
    series: { [`mapreduce_job_tasks_completed{${gauge}}`]: '0+1x60 60x60' },
    ...{ quietAt: '90m', firesAt: '98m', labels: ofOperator },
  },
  {
    // It never completes any, and its operator is another one from the tenth minute on.
    alert: 'MapReduceJobStalled',
    series: {
      [`mapreduce_job_tasks_completed{${gauge},pod="a"}`]: '0x10 stale',
      [`mapreduce_job_tasks_completed{${gauge},pod="b"}`]: '_x9 0x40',
    },
    ...{ quietAt: '29m', firesAt: '31m', labels: ofOperator },
  },
  {
    alert: 'MapReduceAttemptsFailing',
    series: {
      [`mapreduce_attempts_total{${target},phase="map",outcome="failed",reason="program"}`]:
        '0+3x40',
      [`mapreduce_attempts_started_total{${target},phase="map"}`]: '0+10x40',
    },
    ...{ quietAt: '9m', firesAt: '25m', labels: ofJob },
  },
  {
    alert: 'MapReduceWorkersLost',
    series: {
      [`mapreduce_attempts_total{${target},phase="map",outcome="lost",reason="worker-lost"}`]:
        '0+3x40',
      [`mapreduce_attempts_started_total{${target},phase="map"}`]: '0+10x40',
    },
    ...{ quietAt: '9m', firesAt: '25m', labels: ofJob },
  },
  {
    alert: 'MapReduceFetchFailures',
    series: { [`mapreduce_fetch_failures_total{${target},reason="unreachable"}`]: '0+60x40' },
    ...{ quietAt: '9m', firesAt: '25m', labels: ofJob },
  },
  {
    alert: 'MapReduceJournalSlow',
    series: {
      [`mapreduce_journal_fsync_duration_seconds_bucket{${target},le="1"}`]: '0x40',
      [`mapreduce_journal_fsync_duration_seconds_bucket{${target},le="5"}`]: '0+60x40',
      [`mapreduce_journal_fsync_duration_seconds_bucket{${target},le="+Inf"}`]: '0+60x40',
    },
    ...{ quietAt: '9m', firesAt: '25m', labels: ofJob },
  },
  {
    alert: 'MapReduceCoordinatorLate',
    series: { [`nodejs_eventloop_lag_p99_seconds{${target},role="coordinator"}`]: '3x30' },
    ...{ quietAt: '4m', firesAt: '6m', labels: ofJob },
  },
];

/** A test file of promtool for the rules in `ruleFile`, with a case for every alert. */
export function ruleTests(ruleFile: string) {
  const missing = alerts.filter(({ name }) => !cases.some(({ alert }) => alert === name));
  if (missing.length > 0) throw new Error(`no case for ${missing.map(({ name }) => name).join()}`);
  return {
    rule_files: [ruleFile],
    evaluation_interval: '1m',
    tests: cases.map(({ alert, series, quietAt, firesAt, labels }) => ({
      interval: '1m',
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      alert_rule_test: [
        { eval_time: quietAt, alertname: alert, exp_alerts: [] },
        { eval_time: firesAt, alertname: alert, exp_alerts: [expected(alert, labels)] },
      ],
    })),
  };
}

function expected(name: string, labels: Readonly<Record<string, string>>) {
  const alert = alerts.find((own): own is Alert => own.name === name);
  const [group] = ruleGroups().groups;
  const rule = group?.rules.find((own) => own.alert === name);
  if (alert === undefined || rule === undefined) throw new Error(`there is no alert ${name}`);
  const { summary, ...others } = rule.annotations;
  return {
    exp_labels: { severity: alert.severity, ...labels },
    exp_annotations: {
      summary: summary.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => {
        return labels[label] ?? '';
      }),
      ...others,
    },
  };
}
