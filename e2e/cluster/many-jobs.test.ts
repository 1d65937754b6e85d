import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { record } from './support/figures.ts';
import { jobObject, untilComplete } from './support/job.ts';
import { apply, kubectl } from './support/kubectl.ts';
import { operatorMetrics } from './support/operator-metrics.ts';
import { makeNamespace, scenario } from './support/scenario.ts';

const JOBS = 50;
const namespaces: string[] = [];

beforeAll(async () => {
  for (let index = 0; index < 5; index += 1) namespaces.push(await makeNamespace('many'));
});
afterAll(async () => {
  await kubectl('delete', 'namespace', ...namespaces, '--wait=false');
});

const small = { requests: { cpu: '10m', memory: '64Mi' } };

describe('fifty jobs of one worker, at once from five namespaces', () => {
  scenario(
    'all finish; what that costs the operator is recorded',
    { name: 'mapreduce-system' },
    async () => {
      const before = await operatorMetrics();
      const jobs = Array.from({ length: JOBS }, (_, index) => ({
        namespace: namespaces[index % namespaces.length] ?? '',
        name: `job-${index}`,
      }));
      const start = performance.now();
      await apply(
        ...jobs.map((job) =>
          jobObject(job, {
            program: { builtin: { name: 'wordcount' } },
            inputs: [{ text: { value: 'a rose is a rose is a rose\n' } }],
            reducers: 1,
            memory: '16Mi',
            workers: { replicas: 1, resources: small },
            coordinator: { resources: small },
          }),
        ),
      );
      await Promise.all(jobs.map((job) => untilComplete(job, 500)));
      const after = await operatorMetrics();
      record('50 jobs at once: until all were complete', (performance.now() - start) / 1_000, 's');
      record(
        '50 jobs at once: API requests of the operator a job',
        (after.requests - before.requests) / JOBS,
        '',
      );
      record(
        '50 jobs at once: mean of a reconcile',
        ((after.reconcileSeconds - before.reconcileSeconds) /
          (after.reconciles - before.reconciles)) *
          1_000,
        'ms',
      );
      record("50 jobs at once: the operator's memory", after.residentBytes / 2 ** 20, 'MiB');
      expect(after.residentBytes).toBeLessThan(384 * 2 ** 20);
    },
    560,
  );
});
