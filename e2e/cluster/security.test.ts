import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import {
  inCoordinator,
  podsOf,
  submit,
  untilMapped,
  type Job,
  type JobName,
} from './support/job.ts';
import {
  apply,
  kubectl,
  kubectlJson,
  listObjects,
  type KubernetesObject,
} from './support/kubectl.ts';
import { run, succeed } from './support/run.ts';
import { scenario, testNamespace } from './support/scenario.ts';
import { workload } from './support/workload.ts';

interface Pod extends KubernetesObject {
  readonly spec: {
    readonly nodeName: string;
    readonly automountServiceAccountToken?: boolean;
    readonly serviceAccountName?: string;
    readonly volumes: readonly { readonly name: string }[];
    readonly containers: readonly { readonly name: string }[];
  };
  readonly status: { readonly podIP: string; readonly phase: string };
}

const namespace = testNamespace('security');
const load = workload(40, { map: 3, reduce: 1 });
let job: JobName;
let running: Job;

beforeAll(async () => {
  job = { namespace: namespace.name, name: 'guarded' };
  await submit(job, load.spec);
  running = await untilMapped(job, 3);
}, 120_000);

afterAll(async () => {
  await kubectl('delete', 'mrj', '-n', namespace.name, 'guarded', '--wait=false');
});

const inPod = (pod: Pod, script: string) =>
  succeed('kubectl', [
    'exec',
    '-n',
    namespace.name,
    pod.metadata.name,
    '-c',
    pod.spec.containers[0]?.name ?? '',
    '--',
    'node',
    '-e',
    script,
  ]);

const allPods = () =>
  listObjects<Pod>(namespace.name, 'pods', `mapreduce.dev/job-name=${job.name}`);

describe('the pods of a job', () => {
  scenario(
    'run in a namespace that enforces the restricted standard, and nothing runs as root',
    namespace,
    async () => {
      const { metadata } = await kubectlJson<KubernetesObject>('get', 'namespace', namespace.name);
      expect(metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
      const pods = await allPods();
      expect(pods.length).toBeGreaterThanOrEqual(3);
      const script =
        "console.log(require('fs').globSync('/proc/[0-9]*/status').flatMap((f) => { try { return [/^Uid:.*$/m.exec(require('fs').readFileSync(f, 'utf8'))[0]] } catch { return [] } }).join('\\n'))";
      for (const pod of pods) {
        const uids = (await inPod(pod, script)).toString().trim().split('\n');
        expect(new Set(uids)).toEqual(new Set(['Uid:\t65532\t65532\t65532\t65532']));
      }
    },
  );

  scenario(
    'hold no credentials of the API server, and their account may do nothing',
    namespace,
    async () => {
      for (const pod of await allPods()) {
        expect(pod.spec.automountServiceAccountToken).toBe(false);
        expect(
          (
            await inPod(
              pod,
              "console.log(require('fs').existsSync('/var/run/secrets/kubernetes.io'))",
            )
          ).toString(),
        ).toBe('false\n');
        const account = `system:serviceaccount:${namespace.name}:${pod.spec.serviceAccountName ?? 'default'}`;
        for (const [verb, kind] of [
          ['list', 'pods'],
          ['get', 'secrets'],
          ['list', 'mrj'],
          ['create', 'pods'],
          ['patch', 'mrj'],
        ] as const) {
          const { stdout } = await run('kubectl', [
            'auth',
            'can-i',
            verb,
            kind,
            '-n',
            namespace.name,
            `--as=${account}`,
          ]);
          expect(`${verb} ${kind}: ${stdout.toString().trim()}`).toBe(`${verb} ${kind}: no`);
        }
      }
    },
  );

  scenario('can write nowhere but on their volumes', namespace, async () => {
    const script =
      "for (const d of ['/', '/opt/mapreduce', '/nodejs', '/etc']) { try { require('fs').writeFileSync(d + '/x', ''); console.log(d) } catch {} }";
    for (const pod of await allPods()) expect((await inPod(pod, script)).toString()).toBe('');
  });

  scenario('workers do not see the token that controls the job', namespace, async () => {
    const [worker] = await listObjects<Pod>(namespace.name, 'pods', podsOf(job, 'worker'));
    if (worker === undefined) throw new Error('no worker');
    const script =
      "console.log(require('fs').readdirSync('/var/run/mapreduce/tokens').filter((f) => !f.startsWith('.')).join())";
    expect((await inPod(worker, script)).toString()).toBe('worker\n');
  });
});

describe("a pod without the job's token", () => {
  scenario('gets no lease, no program, no input and no partition', namespace, async () => {
    const [worker] = await listObjects<Pod>(namespace.name, 'pods', podsOf(job, 'worker'));
    const image = (
      await kubectlJson<{ spec: { containers: { image: string }[] } }>(
        'get',
        'pod',
        '-n',
        namespace.name,
        worker?.metadata.name ?? '',
      )
    ).spec.containers[0]?.image;
    const coordinator = `http://guarded-coordinator.${namespace.name}.svc:7070`;
    const shuffle = `http://${worker?.status.podIP ?? ''}:7071`;
    const script = `
      const asks = [['POST', '${coordinator}/v1/leases'], ['POST', '${coordinator}/v1/workers'], ['POST', '${coordinator}/v1/cancel'],
        ['POST', '${coordinator}/v1/status'], ['GET', '${coordinator}/v1/program'], ['GET', '${coordinator}/v1/input'], ['PUT', '${coordinator}/v1/part'],
        ['POST', '${shuffle}/v1/segments'], ['GET', '${shuffle}/v1/output']];
      for (const [method, url] of asks) for (const authorization of [undefined, 'Bearer ' + 'a'.repeat(64)]) {
        const response = await fetch(url, { method, headers: { 'content-type': 'application/json', ...(authorization && { authorization }) }, ...(method !== 'GET' && { body: '{}' }) });
        console.log(method, new URL(url).pathname, response.status);
      }`;
    await apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: namespace.name, name: 'stranger' },
      spec: {
        restartPolicy: 'Never',
        automountServiceAccountToken: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 65_532,
          seccompProfile: { type: 'RuntimeDefault' },
        },
        containers: [
          {
            name: 'stranger',
            image,
            imagePullPolicy: 'IfNotPresent',
            command: ['node', '--input-type=module', '-e', script],
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          },
        ],
      },
    });
    await kubectl(
      'wait',
      '-n',
      namespace.name,
      'pod/stranger',
      '--for=jsonpath={.status.phase}=Succeeded',
      '--timeout=60s',
    );
    const answers = (await kubectl('logs', '-n', namespace.name, 'stranger')).trim().split('\n');
    expect(answers).toHaveLength(18);
    expect(answers.filter((line) => !line.endsWith(' 401'))).toEqual([]);
  });

  scenario('the coordinator itself is well meanwhile', namespace, async () => {
    expect((await inCoordinator(running, 'mapreduce', '--version')).toString()).toMatch(/^\d/);
  });
});

describe('the operator', () => {
  const account = '--as=system:serviceaccount:mapreduce-system:mapreduce';
  scenario('can neither list secrets, nor exec, nor write roles', namespace, async () => {
    const forbidden = [
      ['list', 'secrets'],
      ['watch', 'secrets'],
      ['patch', 'secrets'],
      ['delete', 'secrets'],
      ['delete', 'configmaps'],
      ['delete', 'persistentvolumeclaims'],
      ['create', 'pods/exec'],
      ['create', 'roles'],
      ['patch', 'clusterroles'],
      ['create', 'rolebindings'],
      ['delete', 'namespaces'],
      ['patch', 'nodes'],
      ['impersonate', 'users'],
    ] as const;
    for (const [verb, kind] of forbidden) {
      const [resource = '', sub] = kind.split('/');
      const args = [
        'auth',
        'can-i',
        verb,
        resource,
        ...(sub === undefined ? [] : [`--subresource=${sub}`]),
        '-n',
        namespace.name,
        account,
      ];
      const { stdout } = await run('kubectl', args);
      expect(`${verb} ${kind}: ${stdout.toString().trim()}`).toBe(`${verb} ${kind}: no`);
    }
  });
});
