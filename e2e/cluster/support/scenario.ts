import { afterAll, beforeAll, it } from '@jest/globals';
import { apply, kubectl } from './kubectl.ts';
import { run } from './run.ts';

/** Namespaces of this process, so that no two are called the same. */
let made = 0;

/** What the suite's namespaces enforce: nothing that the product starts may need more. */
const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' };

/** Makes a namespace that enforces the restricted Pod Security standard. */
export async function makeNamespace(purpose: string): Promise<string> {
  made += 1;
  const name = `e2e-${purpose}-${process.pid}-${made}`;
  await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: restricted } });
  return name;
}

/** A namespace for the tests of one file; it goes with all that is in it. */
export function testNamespace(purpose: string): { readonly name: string } {
  const namespace = { name: '' };
  beforeAll(async () => {
    namespace.name = await makeNamespace(purpose);
  });
  afterAll(async () => {
    await kubectl('delete', 'namespace', namespace.name, '--wait=false');
  });
  return namespace;
}

/** A test that, when it fails, prints what the cluster knows about its namespace. */
export function scenario(
  name: string,
  namespace: { readonly name: string },
  test: () => Promise<unknown>,
  seconds = 240,
): void {
  const body = async () => {
    try {
      await test();
    } catch (error) {
      process.stderr.write(`\n${name}: failed\n${await stateOf(namespace.name)}\n`);
      throw error;
    }
  };
  it(name, body, seconds * 1_000);
}

/** Objects, events and the ends of all logs of a namespace, and of the operator. */
async function stateOf(namespace: string): Promise<string> {
  const print = async (...args: readonly string[]) => {
    const { stdout, stderr } = await run('kubectl', args, { timeoutMs: 20_000 });
    return `--- kubectl ${args.join(' ')}\n${stdout.toString()}${stderr}`;
  };
  const pods = await run('kubectl', ['get', 'pods', '-n', namespace, '-o', 'name']);
  const logs = pods.stdout.toString().split('\n').filter(Boolean).slice(0, 8);
  const sections = await Promise.all([
    print('get', 'mrj', '-n', namespace, '-o', 'yaml'),
    print('get', 'all,secrets,configmaps,networkpolicies,pvc', '-n', namespace, '-o', 'wide'),
    print('get', 'events', '-n', namespace, '--sort-by=.metadata.creationTimestamp'),
    print('get', 'nodes'),
    ...logs.map((pod) => print('logs', '-n', namespace, pod, '--all-containers', '--tail=60')),
    print('logs', '-n', 'mapreduce-system', 'deployment/mapreduce', '--tail=200'),
  ]);
  return sections.join('\n');
}
