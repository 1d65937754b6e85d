import { spawn, type ChildProcess } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { submit, untilComplete, untilReducing } from './support/job.ts';
import { operatorMetrics } from './support/operator-metrics.ts';
import { ScrapeTargets } from './support/scrape-targets.ts';
import { scenario, testNamespace } from './support/scenario.ts';
import { succeed } from './support/run.ts';
import { workload } from './support/workload.ts';

const root = join(import.meta.dirname, '../..');
const namespace = testNamespace('metrics');
const address = '127.0.0.1:19090';
let directory: string;
let targets: ScrapeTargets | undefined;
let prometheus: ChildProcess | undefined;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'mapreduce-e2e-'));
  const pods = join(directory, 'pods.json');
  targets = new ScrapeTargets(pods);
  const file = join(directory, 'prometheus.yml');
  writeFileSync(
    file,
    JSON.stringify({
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [{ job_name: 'mapreduce', file_sd_configs: [{ files: [pods] }] }],
    }),
  );
  await succeed('promtool', ['check', 'config', file]);
  prometheus = spawn(
    'prometheus',
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=${address}`,
    ],
    { stdio: 'ignore' },
  );
});
afterAll(async () => {
  prometheus?.kill();
  await targets?.stop();
  rmSync(directory, { recursive: true, force: true });
});

interface Answer {
  readonly data: {
    readonly result: readonly { readonly metric: Readonly<Record<string, string>> }[];
  };
}

async function query(expression: string): Promise<Answer['data']['result']> {
  const url = `http://${address}/api/v1/query?query=${encodeURIComponent(expression)}`;
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${expression}: ${await response.text()}`);
  return ((await response.json()) as Answer).data.result;
}

/** Asks again, as long as Prometheus has not scraped, until a query returns data. */
async function untilData(expression: string, seconds = 45): Promise<Answer['data']['result']> {
  const deadline = performance.now() + seconds * 1_000;
  for (;;) {
    const result = await query(expression).catch(() => []);
    if (result.length > 0) return result;
    if (performance.now() > deadline) throw new Error(`no data within ${seconds} s: ${expression}`);
    // Of one interval: there is nothing to watch.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

interface Panel {
  readonly title?: string;
  readonly targets?: readonly { readonly expr: string }[];
  readonly panels?: readonly Panel[];
}

/** Every query of a dashboard, with what Grafana puts in for its variables. */
function queriesOf(file: string, job: string): readonly string[] {
  const { panels } = JSON.parse(readFileSync(file, 'utf8')) as { panels: readonly Panel[] };
  const all = (list: readonly Panel[]): readonly Panel[] =>
    list.flatMap((panel) => [panel, ...all(panel.panels ?? [])]);
  const variables: readonly [RegExp, string][] = [
    [/\$\{?__rate_interval\}?/g, '30s'],
    [/\$\{?__interval\}?/g, '5s'],
    [/\$\{?__range\}?/g, '5m'],
    [/\$\{?namespace(:\w+)?\}?/g, namespace.name],
    [/\$\{?job(:\w+)?\}?/g, job],
    [/\$\{?\w+(:\w+)?\}?/g, '.*'],
  ];
  return all(panels)
    .flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
    .map((expr) => variables.reduce((text, [name, value]) => text.replace(name, value), expr));
}

const dashboards = globSync(join(root, 'charts/mapreduce/dashboards/*.json'));

describe('a Prometheus that scrapes the cluster', () => {
  const load = workload(30, { map: 0.6, reduce: 4 });

  scenario('has metrics of every part while a job runs', namespace, async () => {
    const job = { namespace: namespace.name, name: 'measured' };
    await submit(job, load.spec);
    await untilReducing(job);
    for (const component of ['operator', 'coordinator', 'worker']) {
      await untilData(`up{job="${component}"} == 1`);
      await untilData(`process_cpu_seconds_total{job="${component}"}`);
    }
    await untilData(`{__name__=~"mapreduce_.+",job="coordinator",job_name="measured"}`);
    await untilData(`{__name__=~"mapreduce_.+",job="worker",job_name="measured"}`);
    await untilData('sum(controller_runtime_reconcile_total) > 0');
    await untilComplete(job);
  });

  scenario('has data for every query of the dashboards', namespace, async () => {
    for (const dashboard of dashboards) {
      for (const expression of queriesOf(dashboard, 'measured')) await untilData(expression);
    }
  });

  scenario('shows a job that is over before anybody scrapes it', namespace, async () => {
    const job = { namespace: namespace.name, name: 'short' };
    const before = await operatorMetrics();
    await submit(job, {
      program: { builtin: { name: 'wordcount' } },
      inputs: [{ text: { value: 'a\n' } }],
      reducers: 1,
    });
    await untilComplete(job);
    await untilData(`sum(mapreduce_jobs_finished_total) > ${before.finishedJobs}`);
  });
});
