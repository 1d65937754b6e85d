import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { record } from './support/figures.ts';
import { jobObject, submit, untilComplete } from './support/job.ts';
import { operatorMetrics } from './support/operator-metrics.ts';
import { scenario, testNamespace } from './support/scenario.ts';

const JOBS = 2_000;
const namespace = testNamespace('finished');
let proxy: ChildProcess;
let api: string;

beforeAll(async () => {
  proxy = spawn('kubectl', ['proxy', '--port=0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (proxy.stdout === null) throw new Error('kubectl proxy has no output');
  const [line] = (await once(createInterface({ input: proxy.stdout }), 'line')) as [string];
  api = `http://${/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? ''}/apis/mapreduce.dev/v1alpha1/namespaces/${namespace.name}/mapreducejobs`;
});
afterAll(() => {
  proxy.kill();
});

async function call(method: string, url: string, body: unknown): Promise<void> {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const response = await fetch(url, {
    method,
    headers: { 'content-type': type },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${url}: ${await response.text()}`);
  await response.arrayBuffer();
}

/** A job that has finished, as far as its status says. Suspended, so that nothing of it ever ran. */
async function makeFinished(index: number): Promise<void> {
  const name = `old-${index}`;
  const spec = {
    program: { builtin: { name: 'wordcount' } },
    inputs: [{ sample: {} }],
    suspend: true,
    ttlSecondsAfterFinished: 86_400,
  };
  await call('POST', api, jobObject({ namespace: namespace.name, name }, spec));
  const now = `${new Date().toISOString().slice(0, 19)}Z`;
  const condition = {
    type: 'Complete',
    status: 'True',
    reason: 'Succeeded',
    message: '',
    lastTransitionTime: now,
  };
  await call('PATCH', `${api}/${name}/status`, {
    status: { phase: 'Succeeded', completionTime: now, conditions: [condition] },
  });
}

describe('two thousand finished jobs', () => {
  scenario(
    'cost the operator no busy work, and a new job no time',
    namespace,
    async () => {
      const queue = Array.from({ length: JOBS }, (_, index) => index);
      const lane = async () => {
        for (let index = queue.pop(); index !== undefined; index = queue.pop())
          await makeFinished(index);
      };
      await Promise.all(Array.from({ length: 16 }, lane));
      // What the changes themselves caused has been worked off by then.
      await new Promise((resolve) => setTimeout(resolve, 20_000));
      const before = await operatorMetrics();
      const WATCHED_S = 30;
      await new Promise((resolve) => setTimeout(resolve, WATCHED_S * 1_000));
      const after = await operatorMetrics();
      const busy = (after.cpuSeconds - before.cpuSeconds) / WATCHED_S;
      record('2,000 finished jobs: processor time of the operator', busy * 100, '%');
      const requests = (after.requests - before.requests) / WATCHED_S;
      record('2,000 finished jobs: API requests a second', requests, '');
      const reconciles = (after.reconciles - before.reconciles) / WATCHED_S;
      record('2,000 finished jobs: reconciles a second', reconciles, '');
      record("2,000 finished jobs: the operator's memory", after.residentBytes / 2 ** 20, 'MiB');
      expect(busy).toBeLessThan(0.1);
      // The lease is renewed every other second, and watches are begun anew now and then.
      expect(requests).toBeLessThan(2);
      expect(reconciles).toBeLessThan(1);

      const job = { namespace: namespace.name, name: 'new' };
      const start = performance.now();
      await submit(job, {
        program: { builtin: { name: 'wordcount' } },
        inputs: [{ text: { value: 'a\n' } }],
        reducers: 1,
      });
      await untilComplete(job, 60);
      record('a new job among 2,000 finished ones', (performance.now() - start) / 1_000, 's');
    },
    600,
  );
});
