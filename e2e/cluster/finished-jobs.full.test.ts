import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { record } from './support/figures.ts';
import { finishedJob, makeLike, type AnyObject, type Send } from './support/finished-job.ts';
import { submit, untilComplete } from './support/job.ts';
import { kubectl } from './support/kubectl.ts';
import { operatorMetrics, type OperatorMetrics } from './support/operator-metrics.ts';
import { scenario, testNamespace } from './support/scenario.ts';

const JOBS = 2_000;
const WATCHED_S = 30;
const namespace = testNamespace('finished');
const system = ['-n', 'mapreduce-system'];
const small = {
  program: { builtin: { name: 'wordcount' } },
  inputs: [{ text: { value: 'a rose is a rose is a rose\n' } }],
  reducers: 1,
};
let proxy: ChildProcess;
let api: string;

beforeAll(async () => {
  proxy = spawn('kubectl', ['proxy', '--port=0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (proxy.stdout === null) throw new Error('kubectl proxy has no output');
  const [line] = (await once(createInterface({ input: proxy.stdout }), 'line')) as [string];
  api = `http://${/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? ''}`;
});
afterAll(async () => {
  proxy.kill();
  await startOperator();
});

const send: Send = async (method, path, body) => {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const response = await fetch(`${api}${path}`, {
    method,
    headers: { 'content-type': type },
    body: JSON.stringify(body),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${answer}`);
  return JSON.parse(answer) as AnyObject;
};

async function stopOperator(): Promise<void> {
  await kubectl('scale', ...system, 'deployment/mapreduce', '--replicas=0');
  const pods = ['pods', '-l', 'app.kubernetes.io/component=operator'];
  await kubectl('wait', ...system, ...pods, '--for=delete', '--timeout=60s');
}

async function startOperator(): Promise<void> {
  await kubectl('scale', ...system, 'deployment/mapreduce', '--replicas=1');
  await kubectl('rollout', 'status', ...system, 'deployment/mapreduce', '--timeout=90s');
}

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

/** What the operator has done once it has looked at so many jobs, and has nothing left to look at. */
async function atRest(jobs: number): Promise<OperatorMetrics> {
  for (let before = -1; ; await pause(2)) {
    const metrics = await operatorMetrics();
    if (metrics.reconciles >= jobs && metrics.reconciles === before) return metrics;
    before = metrics.reconciles;
  }
}

describe('two thousand finished jobs', () => {
  scenario(
    'cost the operator no busy work, and a new job no time',
    namespace,
    async () => {
      const first = { namespace: namespace.name, name: 'model-of-many' };
      await submit(first, { ...small, ttlSecondsAfterFinished: 86_400 });
      await untilComplete(first);
      const model = await finishedJob(first);
      expect(model.children.map(({ kind }) => kind).sort()).toEqual([
        'ConfigMap',
        'NetworkPolicy',
        'Pod',
        'Secret',
        'Service',
      ]);
      // Else it would begin to run what is not yet said to have finished.
      await stopOperator();
      const queue = Array.from({ length: JOBS }, (_, index) => `old-${index}`);
      const lane = async () => {
        for (let name = queue.pop(); name !== undefined; name = queue.pop())
          await makeLike(model, name, send);
      };
      await Promise.all(Array.from({ length: 16 }, lane));

      await startOperator();
      const begun = await atRest(JOBS);
      record(
        '2,000 finished jobs: processor time of an operator that starts',
        begun.cpuSeconds,
        's',
      );
      record('2,000 finished jobs: API requests of an operator that starts', begun.requests, '');
      // It lists what there is, in pages; about a job that has ended it has nothing to ask or to say.
      expect(begun.requests).toBeLessThan(JOBS / 10);

      await pause(WATCHED_S);
      const after = await operatorMetrics();
      const busy = (after.cpuSeconds - begun.cpuSeconds) / WATCHED_S;
      record('2,000 finished jobs: processor time of the operator', busy * 100, '%');
      const requests = (after.requests - begun.requests) / WATCHED_S;
      record('2,000 finished jobs: API requests a second', requests, '');
      const reconciles = (after.reconciles - begun.reconciles) / WATCHED_S;
      record('2,000 finished jobs: reconciles a second', reconciles, '');
      record("2,000 finished jobs: the operator's memory", after.residentBytes / 2 ** 20, 'MiB');
      expect(busy).toBeLessThan(0.1);
      // The lease is renewed every other second, and watches are begun anew now and then.
      expect(requests).toBeLessThan(2);
      expect(reconciles).toBeLessThan(1);

      const job = { namespace: namespace.name, name: 'new' };
      const start = performance.now();
      await submit(job, small);
      await untilComplete(job, 60);
      record('a new job among 2,000 finished ones', (performance.now() - start) / 1_000, 's');
    },
    900,
  );
});
