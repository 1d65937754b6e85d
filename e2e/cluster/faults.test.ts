import { describe, expect } from '@jest/globals';
import {
  coordinatorPod,
  digest,
  handedOver,
  outputOf,
  podsOf,
  scaleTo,
  submit,
  untilComplete,
  untilMapped,
  untilReducing,
  wentOn,
  type Job,
  type JobName,
} from './support/job.ts';
import { kubectl, listObjects, type KubernetesObject } from './support/kubectl.ts';
import { canBreakNodes, killContainer, restartDaemon } from './support/machines.ts';
import { printedRandom } from './support/random.ts';
import { succeed } from './support/run.ts';
import { scenario, testNamespace } from './support/scenario.ts';
import { workload } from './support/workload.ts';

const namespace = testNamespace('faults');

interface Pod extends KubernetesObject {
  readonly spec: { readonly nodeName: string };
}

/**
 * Runs a job, does something to it, and holds its output against that of a local run; nothing that is
 * done here may cost it an attempt.
 */
async function survives(
  name: string,
  disturb: (job: JobName) => Promise<void>,
  { maps = 24, map = 0.8, reduce = 1, workers = 2 } = {},
): Promise<Job> {
  const job = { namespace: namespace.name, name };
  const load = workload(maps, { map, reduce });
  await submit(job, { ...load.spec, workers: { replicas: workers } });
  const [expected] = await Promise.all([load.expected(), disturb(job)]);
  const done = await untilComplete(job, 200);
  expect(digest(await outputOf(done))).toBe(digest(expected));
  wentOn(done);
  return done;
}

/** Kills an operator; soon there is another one. */
async function killOperator(): Promise<void> {
  const pods = ['pod', '-n', 'mapreduce-system', '-l', 'app.kubernetes.io/component=operator'];
  const now = ['--grace-period=0', '--force', '--wait=false', '--ignore-not-found'];
  let said = '';
  // Else it says that it found none.
  while (!said.startsWith('pod')) said = await kubectl('delete', ...pods, ...now);
}

describe('the output is that of a local run, byte for byte, while', () => {
  scenario('a worker pod is deleted', namespace, () =>
    survives('worker-deleted', async (job) => {
      await untilMapped(job, 6);
      const [worker] = await listObjects(job.namespace, 'pods', podsOf(job, 'worker'));
      await kubectl(
        'delete',
        'pod',
        '-n',
        job.namespace,
        worker?.metadata.name ?? '',
        '--grace-period=0',
        '--force',
      );
    }),
  );

  scenario('the coordinator pod is deleted', namespace, () =>
    survives('coordinator-deleted', async (job) => {
      const seen = await untilMapped(job, 6);
      await kubectl('delete', 'pod', '-n', job.namespace, coordinatorPod(seen));
    }),
  );

  scenario('the coordinator pod is deleted while it reduces', namespace, () =>
    survives(
      'coordinator-reduce',
      async (job) => {
        const seen = await untilReducing(job);
        await kubectl(
          'delete',
          'pod',
          '-n',
          job.namespace,
          coordinatorPod(seen),
          '--grace-period=0',
          '--force',
        );
      },
      { map: 0.2, reduce: 3 },
    ),
  );

  scenario('workers are scaled from 2 to 6 to 1, and lose nothing', namespace, async () => {
    const done = await survives(
      'scaled',
      async (job) => {
        await untilMapped(job, 4);
        await scaleTo(job, 6);
        await untilMapped(job, 20);
        await scaleTo(job, 1);
      },
      { maps: 48 },
    );
    handedOver(done);
  });

  scenario('the operator is killed at ten random moments', namespace, () => {
    const maps = 48;
    const random = printedRandom('moments at which the operator is killed');
    const moments = Array.from({ length: 10 }, () => ({
      mapped: random.integer(0, maps),
      laterMs: random.integer(0, 1_500),
    })).sort((a, b) => a.mapped - b.mapped);
    return survives(
      'operator-killed',
      async (job) => {
        // What is past by the time that there is an operator again, meets that one while it starts.
        for (const { mapped, laterMs } of moments) {
          await untilMapped(job, mapped);
          await new Promise((resolve) => setTimeout(resolve, laterMs));
          await killOperator();
        }
      },
      { maps, map: 1.5 },
    );
  });

  scenario('the chart is upgraded and rolled back', namespace, () =>
    survives(
      'upgraded',
      async (job) => {
        const seen = await untilMapped(job, 4);
        const chart = ['mapreduce', 'charts/mapreduce', '-n', 'mapreduce-system', '--wait'];
        const pods = await listObjects<Pod>(
          job.namespace,
          'pods',
          `mapreduce.dev/job-name=${job.name}`,
        );
        await succeed('helm', [
          'upgrade',
          ...chart,
          '--set',
          'logLevel=debug',
          '--set',
          'replicas=2',
        ]);
        await untilMapped(job, 10);
        await succeed('helm', ['rollback', 'mapreduce', '-n', 'mapreduce-system', '--wait']);
        const after = await listObjects<Pod>(
          job.namespace,
          'pods',
          `mapreduce.dev/job-name=${job.name}`,
        );
        const names = (list: readonly Pod[]) => list.map(({ metadata }) => metadata.name);
        // None is a new one; where the job has ended meanwhile, its workers may have gone.
        expect(names(pods)).toEqual(expect.arrayContaining(names(after)));
        expect(names(after)).toContain(coordinatorPod(seen));
      },
      { maps: 40 },
    ),
  );

  if (canBreakNodes) {
    scenario("the coordinator's container crashes", namespace, () =>
      survives('coordinator-crash', async (job) => {
        const seen = await untilMapped(job, 6);
        await killContainer(job.namespace, coordinatorPod(seen));
      }),
    );

    scenario('the API server is restarted', namespace, () =>
      survives('api-restarted', async (job) => {
        await untilMapped(job, 6);
        await restartDaemon('kube-apiserver');
      }),
    );
  }
});
