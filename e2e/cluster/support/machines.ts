import { join } from 'node:path';
import { kubectlJson } from './kubectl.ts';
import { succeed } from './run.ts';

const scripts = join(import.meta.dirname, '../../minicluster');

/** Whether nodes can be broken: those of the suite's own cluster can. */
export const canBreakNodes = process.env['MAPREDUCE_E2E_MINICLUSTER'] === '1';

export type NodeFault = 'kill' | 'start' | 'cut' | 'heal' | 'pause' | 'resume';

/** Does something to a machine of the cluster, named as Kubernetes names it. */
export async function toNode(fault: NodeFault, node: string): Promise<void> {
  await succeed(join(scripts, 'node'), [fault, node.replace(/^node-/, '')]);
}

/** Ends a daemon of the cluster and starts it again. */
export async function restartDaemon(name: string): Promise<void> {
  await succeed(join(scripts, 'daemon'), ['stop', name, 'KILL']);
  await succeed(join(scripts, 'daemon'), ['start', name]);
}

interface Running {
  readonly spec: { readonly nodeName: string };
  readonly status: { readonly containerStatuses: readonly { readonly containerID: string }[] };
}

/** Kills the first container of a pod from without: its own first process takes no SIGKILL from within. */
export async function killContainer(namespace: string, pod: string): Promise<void> {
  const { spec, status } = await kubectlJson<Running>('get', 'pod', '-n', namespace, pod);
  const id = status.containerStatuses[0]?.containerID.replace('containerd://', '') ?? '';
  const socket = `/run/minicluster/${spec.nodeName}/containerd.sock`;
  await succeed('ctr', ['-a', socket, '-n', 'k8s.io', 'task', 'kill', '-s', 'SIGKILL', id]);
}
