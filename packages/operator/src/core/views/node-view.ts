import type { KubeObject } from '@mapreduce/controller-runtime';
import type { NodeFact } from '../node-facts.ts';

interface Node extends KubeObject {
  readonly spec?: {
    readonly unschedulable?: boolean;
    readonly taints?: readonly { readonly key: string; readonly effect: string }[];
  };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** The machine is off: whatever ran there has ended. */
const goneTaints = new Set([
  'node.cloudprovider.kubernetes.io/shutdown',
  'node.kubernetes.io/out-of-service',
]);

/** Kubernetes sets them by what it sees of the node itself; they announce no departure. */
const stateTaints = 'node.kubernetes.io/';

/** Who removes nodes says so by these, whatever their effect. */
const drainTaints = new Set(['ToBeDeletedByClusterAutoscaler', 'karpenter.sh/disrupted']);

export function nodeFact(object: KubeObject): NodeFact {
  const { metadata, spec, status } = object as Node;
  const taints = spec?.taints ?? [];
  const labels = metadata.labels ?? {};
  return {
    type: labels['node.kubernetes.io/instance-type'] ?? '',
    zone: labels['topology.kubernetes.io/zone'] ?? '',
    ready: status?.conditions?.some(isReady) ?? false,
    draining:
      spec?.unschedulable === true ||
      taints.some(
        ({ key, effect }) =>
          drainTaints.has(key) || (effect === 'NoExecute' && !key.startsWith(stateTaints)),
      ),
    gone: metadata.deletionTimestamp !== undefined || taints.some(({ key }) => goneTaints.has(key)),
  };
}

function isReady({ type, status }: { readonly type: string; readonly status: string }): boolean {
  return type === 'Ready' && status === 'True';
}
