import * as z from 'zod';

/** Kept as it is given, for Kubernetes to judge. */
const passed = z.record(z.string(), z.unknown());
const list = z.array(z.unknown());
const labels = z.record(z.string(), z.string());
const dnsLabel = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/)
  .max(63);

function image(repository: string, what: string) {
  return z
    .strictObject({
      repository: z.string().min(1).default(repository).describe(`Image of ${what}.`),
      tag: z.string().default('').describe("Default: the chart's appVersion."),
      digest: z
        .string()
        .regex(/^(sha256:[0-9a-f]{64})?$/)
        .default('')
        .describe('Goes before the tag, such as sha256:….'),
    })
    .prefault({});
}

/** The values of the chart: its schema, its defaults and its documentation are made from this. */
export const chartValuesSchema = z.strictObject({
  images: z
    .strictObject({
      operator: image('mapreduce-operator', 'the operator'),
      coordinator: image('mapreduce-coordinator', 'coordinators that name none of their own'),
      worker: image('mapreduce-worker', 'workers that name none of their own'),
      pullPolicy: z
        .enum(['IfNotPresent', 'Always', 'Never'])
        .default('IfNotPresent')
        .describe("Also of jobs' pods."),
      pullSecrets: list
        .default([])
        .describe("Of the operator's pods: a list of {name}. Jobs use their namespace's account."),
    })
    .prefault({}),
  watchNamespaces: z
    .array(dnsLabel)
    .default([])
    .describe(
      'Where jobs are run. Empty: everywhere, by a ClusterRole. Otherwise by a Role in each of these, and no ClusterRole.',
    ),
  jobs: z
    .strictObject({
      defaultTtlSeconds: z
        .int()
        .min(0)
        .max(31_536_000)
        .default(86_400)
        .describe(
          'After how long a finished job that does not say is deleted, and an output in its volume with it. 0: never.',
        ),
    })
    .prefault({}),
  replicas: z
    .int()
    .min(0)
    .max(5)
    .default(1)
    .describe('Of the operator. One leads; another takes over when its lease runs out.'),
  concurrency: z.int().min(1).max(64).default(4).describe('Jobs reconciled at a time.'),
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error'])
    .default('info')
    .describe('Of the operator: one line of JSON a fact.'),
  crds: z
    .strictObject({
      enabled: z
        .boolean()
        .default(true)
        .describe('Whether this release brings MapReduceJob, and upgrades it.'),
      keep: z
        .boolean()
        .default(true)
        .describe('Whether uninstalling leaves it there: with it, all jobs would be deleted.'),
    })
    .prefault({}),
  rbac: z
    .strictObject({
      create: z.boolean().default(true).describe('Roles of the operator, and their bindings.'),
    })
    .prefault({}),
  serviceAccount: z
    .strictObject({
      create: z.boolean().default(true).describe("The operator's own."),
      name: z.string().default('').describe("Default: the release's name."),
      annotations: labels.default({}).describe('Of the service account.'),
    })
    .prefault({}),
  networkPolicy: z
    .strictObject({
      enabled: z
        .boolean()
        .default(true)
        .describe('Admits nothing to the operator but on its metrics port.'),
    })
    .prefault({}),
  metrics: z
    .strictObject({
      interval: z
        .string()
        .regex(/^[0-9]+(ms|s|m|h)$/)
        .default('15s')
        .describe('Between two scrapes.'),
      labels: labels
        .default({})
        .describe('Of the three objects below, by which a Prometheus selects them.'),
      serviceMonitor: z
        .strictObject({
          enabled: z
            .boolean()
            .default(true)
            .describe("The operator's metrics, where the cluster has ServiceMonitors."),
        })
        .prefault({}),
      podMonitor: z
        .strictObject({
          enabled: z
            .boolean()
            .default(true)
            .describe("Coordinators' and workers' metrics, where the cluster has PodMonitors."),
        })
        .prefault({}),
      rules: z
        .strictObject({
          enabled: z
            .boolean()
            .default(true)
            .describe('Alerts, where the cluster has PrometheusRules.'),
        })
        .prefault({}),
    })
    .prefault({}),
  dashboards: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Grafana dashboards, a ConfigMap each.'),
      labels: labels
        .default({ grafana_dashboard: '1' })
        .describe("By which Grafana's sidecar finds them."),
      annotations: labels.default({}).describe('Such as the folder for them.'),
    })
    .prefault({}),
  resources: passed
    .default({
      requests: { cpu: '50m', memory: '96Mi' },
      limits: { memory: '384Mi' },
    })
    .describe("Of the operator's container."),
  podLabels: labels.default({}).describe("Of the operator's pods."),
  podAnnotations: labels.default({}).describe("Of the operator's pods."),
  nodeSelector: labels.default({}).describe("Of the operator's pods."),
  tolerations: list.default([]).describe("Of the operator's pods."),
  affinity: passed.default({}).describe("Of the operator's pods."),
  priorityClassName: z.string().default('').describe("Of the operator's pods."),
});
export type ChartValues = z.output<typeof chartValuesSchema>;
