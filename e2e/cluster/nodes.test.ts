import { afterEach, describe, expect } from '@jest/globals';
import {
  digest,
  handedOver,
  outputOf,
  podsOf,
  submit,
  untilComplete,
  untilMapped,
  wentOn,
  type Job,
  type JobName,
} from './support/job.ts';
import {
  kubectl,
  kubectlJson,
  listObjects,
  watchUntil,
  type KubernetesObject,
} from './support/kubectl.ts';
import { toNode } from './support/machines.ts';
import { scenario, testNamespace } from './support/scenario.ts';
import { workload } from './support/workload.ts';

interface Pod extends KubernetesObject {
  readonly spec: { readonly nodeName: string };
}
interface Node extends KubernetesObject {
  readonly status: { readonly conditions: readonly { type: string; status: string }[] };
}

const namespace = testNamespace('nodes');
let broken: (() => Promise<void>) | undefined;

afterEach(async () => {
  await broken?.();
  broken = undefined;
});

/** What keeps a job's pods off a node. */
function avoiding(node: string): unknown {
  const away = { key: 'kubernetes.io/hostname', operator: 'NotIn', values: [node] };
  const terms = [{ matchExpressions: [away] }];
  return {
    spec: {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms },
        },
      },
    },
  };
}

/** Waits until a node is ready, or is known not to be. */
async function nodeIs(node: string, wanted: 'ready' | 'lost'): Promise<void> {
  await watchUntil<Node>(
    { namespace: 'default', kind: 'node', name: node, seconds: 90 },
    ({ status }) => {
      const ready = status.conditions.find(({ type }) => type === 'Ready')?.status;
      return (ready === 'True') === (wanted === 'ready');
    },
    wanted,
  );
}

/** The node that the operator is on: faults of jobs' nodes leave it alone. */
async function operatorNode(): Promise<string> {
  const [pod] = await listObjects<Pod>(
    'mapreduce-system',
    'pods',
    'app.kubernetes.io/component=operator',
  );
  return pod?.spec.nodeName ?? '';
}

/** Where pods of a job are; of a worker's nodes one without the coordinator. */
async function nodeOf(job: JobName, role: 'coordinator' | 'worker'): Promise<string> {
  const [coordinator] = await listObjects<Pod>(job.namespace, 'pods', podsOf(job, 'coordinator'));
  if (role === 'coordinator') return coordinator?.spec.nodeName ?? '';
  const workers = await listObjects<Pod>(job.namespace, 'pods', podsOf(job, 'worker'));
  const elsewhere = workers.find(({ spec }) => spec.nodeName !== coordinator?.spec.nodeName);
  if (elsewhere === undefined) throw new Error('all workers are on the node of the coordinator');
  return elsewhere.spec.nodeName;
}

/**
 * Runs a job, does something to one of its nodes, and holds its output against a local run's; nothing
 * that is done here may cost it an attempt.
 */
async function survives(
  name: string,
  role: 'coordinator' | 'worker',
  disturb: (node: string, job: JobName) => Promise<void>,
  load = workload(30, { map: 1, reduce: 1 }),
): Promise<Job> {
  const job = { namespace: namespace.name, name };
  const template = avoiding(await operatorNode());
  await submit(job, {
    ...load.spec,
    workers: { replicas: 3, template },
    coordinator: { template },
  });
  await untilMapped(job, 8);
  await disturb(await nodeOf(job, role), job);
  const done = await untilComplete(job, 200);
  expect(digest(await outputOf(done))).toBe(digest(await load.expected()));
  wentOn(done);
  return done;
}

describe('the output is that of a local run while', () => {
  scenario(
    "the coordinator's node is powered off: a new one begins with no journal",
    namespace,
    async () => {
      const done = await survives('coordinator-off', 'coordinator', async (node) => {
        broken = async () => {
          await toNode('start', node);
          await nodeIs(node, 'ready');
        };
        await toNode('kill', node);
      });
      expect(done.status?.coordinator?.generation).toBeGreaterThan(1);
    },
    300,
  );

  scenario(
    'a worker node is powered off',
    namespace,
    async () => {
      await survives('worker-off', 'worker', async (node) => {
        broken = async () => {
          await toNode('start', node);
          await nodeIs(node, 'ready');
        };
        await toNode('kill', node);
      });
    },
    300,
  );

  scenario(
    'a node is cut off, and heals when its work has been done elsewhere',
    namespace,
    async () => {
      const disturb = async (node: string, job: JobName) => {
        broken = async () => {
          await toNode('heal', node);
          await nodeIs(node, 'ready');
        };
        await toNode('cut', node);
        await nodeIs(node, 'lost');
        // Else its workers would come back to a job that needs nobody any more.
        const { status } = await kubectlJson<Job>('get', 'mrj', '-n', job.namespace, job.name);
        expect(status?.phase).toBe('Running');
        expect(status?.attempts?.lost).toBeGreaterThan(0);
        await toNode('heal', node);
      };
      await survives('cut', 'worker', disturb, workload(48, { map: 1.5, reduce: 1 }));
    },
    300,
  );

  scenario(
    'a node is frozen for 30 seconds and thaws',
    namespace,
    async () => {
      await survives('frozen', 'coordinator', async (node) => {
        broken = async () => {
          await toNode('resume', node);
          await nodeIs(node, 'ready');
        };
        await toNode('pause', node);
        // The fault itself, not a wait for something.
        await new Promise((resolve) => setTimeout(resolve, 30_000));
        await toNode('resume', node);
      });
    },
    300,
  );

  scenario(
    'a node is drained, and loses nothing',
    namespace,
    async () => {
      const done = await survives('drained', 'worker', async (node) => {
        broken = async () => {
          await kubectl('uncordon', node);
        };
        await kubectl(
          'drain',
          node,
          '--ignore-daemonsets',
          '--delete-emptydir-data',
          '--force',
          '--timeout=180s',
          `--pod-selector=mapreduce.dev/job-name=drained`,
        );
      });
      handedOver(done);
    },
    300,
  );
});
