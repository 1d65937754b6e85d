import { afterAll, describe, expect } from '@jest/globals';
import { digest, outputOf, submit, untilComplete, untilMapped, wentOn } from './support/job.ts';
import { kubectl, kubectlJson, listObjects, type KubernetesObject } from './support/kubectl.ts';
import { succeed } from './support/run.ts';
import { scenario, testNamespace } from './support/scenario.ts';
import { workload } from './support/workload.ts';

const namespace = testNamespace('modes');
const system = ['-n', 'mapreduce-system'];
const load = workload(30, { map: 1.2, reduce: 1 });

interface Pod extends KubernetesObject {
  readonly status: { readonly podIP?: string; readonly phase: string };
}
interface Lease {
  readonly spec: { readonly holderIdentity?: string };
}

/** Changes how the chart is installed. */
async function installWith(...values: readonly string[]): Promise<void> {
  const flags = values.flatMap((value) => ['--set', value]);
  await succeed('helm', [
    ...['upgrade', 'mapreduce', 'charts/mapreduce', ...system, '--wait'],
    ...['--reset-values', ...flags],
  ]);
}

afterAll(async () => {
  await installWith();
});

async function leader(): Promise<string> {
  const lease = await kubectlJson<Lease>('get', 'lease', ...system, 'mapreduce-operator');
  return lease.spec.holderIdentity ?? '';
}

interface Telling {
  readonly name: string;
  /** How often it has reconciled. */
  readonly reconciles: number;
  /** Whether it says how many jobs there are. */
  readonly countsJobs: boolean;
}

/** What the metrics of each operator that runs say. */
async function operators(): Promise<readonly Telling[]> {
  const selector = 'app.kubernetes.io/component=operator';
  const pods = await listObjects<Pod>('mapreduce-system', 'pods', selector);
  const telling = pods
    .filter(({ status }) => status.phase === 'Running')
    .map(async ({ metadata, status }) => {
      const text = await (await fetch(`http://${status.podIP ?? ''}:9090/metrics`)).text();
      const name = /^controller_runtime_reconcile_time_seconds_count(?:\{[^}]*\})? (\S+)$/gm;
      const reconciles = [...text.matchAll(name)].reduce(
        (sum, [, value]) => sum + Number(value),
        0,
      );
      return { name: metadata.name, reconciles, countsJobs: /^mapreduce_jobs\{/m.test(text) };
    });
  return Promise.all(telling);
}

const acting = (all: readonly Telling[]) =>
  all.filter(({ reconciles }) => reconciles > 0).map(({ name }) => name);
const counting = (all: readonly Telling[]) =>
  all.filter(({ countsJobs }) => countsJobs).map(({ name }) => name);

describe('two operators', () => {
  scenario(
    'are one at work, and when that is killed the other one goes on',
    namespace,
    async () => {
      await installWith('replicas=2');
      const job = { namespace: namespace.name, name: 'led' };
      await submit(job, load.spec);
      await untilMapped(job, 4);
      const first = await leader();
      const before = await operators();
      expect(before.length).toBe(2);
      expect(acting(before)).toEqual([first]);
      expect(counting(before)).toEqual([first]);
      await kubectl('delete', 'pod', ...system, first, '--grace-period=0', '--force');
      const done = await untilComplete(job, 180);
      const second = await leader();
      expect(second).not.toBe(first);
      const after = await operators();
      expect(acting(after)).toEqual([second]);
      expect(counting(after)).toEqual([second]);
      // Nobody made a second coordinator.
      expect(done.status?.coordinator?.generation).toBe(1);
      wentOn(done);
      expect(digest(await outputOf(done))).toBe(digest(await load.expected()));
    },
  );
});

describe('an operator of one namespace', () => {
  scenario('has no right beyond it, and runs its jobs', namespace, async () => {
    await installWith(`watchNamespaces={${namespace.name}}`);
    for (const kind of ['clusterroles', 'clusterrolebindings']) {
      const label = 'app.kubernetes.io/instance=mapreduce';
      expect(await kubectl('get', kind, '-l', label, '-o', 'name')).toBe('');
    }
    const account = 'system:serviceaccount:mapreduce-system:mapreduce';
    const may = (verb: string, what: string, space: string) =>
      kubectl('auth', 'can-i', verb, what, '-n', space, `--as=${account}`).then(
        (answer) => answer.trim() === 'yes',
        () => false,
      );
    expect(await may('create', 'pods', namespace.name)).toBe(true);
    expect(await may('list', 'pods', 'default')).toBe(false);
    expect(await may('list', 'nodes', '')).toBe(false);
    expect(await may('list', 'secrets', namespace.name)).toBe(false);
    const job = { namespace: namespace.name, name: 'confined' };
    const few = workload(6, { map: 0.5, reduce: 1 });
    await submit(job, few.spec);
    const done = await untilComplete(job);
    expect(digest(await outputOf(done))).toBe(digest(await few.expected()));
  });
});
