import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { CoordinatorMetrics } from '@mapreduce/coordinator/metrics';
import { jobMetrics } from '@mapreduce/operator/metrics';
import { WorkerMetrics } from '@mapreduce/worker/metrics';
import { Registry, type Metric } from 'prom-client';

const docs = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
const ofPods = {
  Coordinator: new CoordinatorMetrics(() => undefined).registry,
  Worker: new WorkerMetrics(1).registry,
};
const registries = { ...ofPods, Operator: ofOperator() };

function ofOperator(): Registry {
  const registry = new Registry();
  jobMetrics(registry, () => []);
  return registry;
}

const allowedLabels = [
  ...['phase', 'state', 'outcome', 'reason', 'result', 'route', 'program', 'kind'],
  ...['job_namespace', 'job_name'],
];

interface Row {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly help: string;
}

/** The table below a heading, by name. */
function documented(heading: string): Row[] {
  const chapter = docs.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return [...chapter.matchAll(/^\| `(\w+)` +\| (\w+) +\|(.*?)\| (.*?) +\|$/gm)].map(
    ([, name = '', type = '', labels = '', help = '']) => ({
      ...{ name, type, help },
      labels: [...labels.matchAll(/\w+/g)].map(([label]) => label),
    }),
  );
}

async function registered(registry: Registry): Promise<Row[]> {
  const all = await registry.getMetricsAsJSON();
  return all
    .filter(({ name }) => name.startsWith('mapreduce_'))
    .map(({ name, help, type }) => {
      const metric = registry.getSingleMetric(name) as Metric & { labelNames?: string[] };
      return { name, type: String(type), labels: metric.labelNames ?? [], help };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

describe.each(Object.entries(registries))('docs/metrics.md, %s', (heading, registry) => {
  it('lists every metric with its type, labels and meaning, and no other', async () => {
    const rows = await registered(registry);
    expect(rows.length).toBeGreaterThan(10);
    expect(documented(heading)).toEqual(rows);
  });

  it('names them as Prometheus wants it', async () => {
    for (const { name, type, labels } of await registered(registry)) {
      expect(name.endsWith('_total')).toBe(type === 'counter');
      if (type === 'histogram') expect(name).toMatch(/_seconds$/);
      for (const label of labels) expect(allowedLabels).toContain(label);
    }
  });
});

describe.each(Object.entries(ofPods))('%s', (_heading, registry) => {
  it('names no job', async () => {
    const labels = (await registered(registry)).flatMap((row) => row.labels);
    expect(labels.filter((label) => label.startsWith('job'))).toEqual([]);
  });

  it('has the defaults of every process, among them the event loop', async () => {
    const text = await registry.metrics();
    for (const name of ['process_cpu_seconds_total', 'nodejs_eventloop_lag_p99_seconds']) {
      expect(text).toContain(`\n${name} `);
    }
  });
});
