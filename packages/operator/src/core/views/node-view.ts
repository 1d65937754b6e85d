import type { KubeObject } from '@mapreduce/controller-runtime';
import type { NodeFact } from '../node-facts.ts';

interface Node extends KubeObject {
  readonly spec?: {
    readonly unschedulable?: boolean;
    readonly taints?: readonly { readonly key: string }[];
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

/**
 * Who removes nodes says so by these, whatever their effect: the cluster autoscaler, Karpenter (the
 * second name before its version 1), GKE, and the AWS node termination handler. What else drives
 * pods away by its effect may be tolerated by the job's; others are deleted, which relieves them.
 */
const drainTaints = new Set([
  'ToBeDeletedByClusterAutoscaler',
  'karpenter.sh/disrupted',
  'karpenter.sh/disruption',
  'cloud.google.com/impending-node-termination',
  'aws-node-termination-handler/asg-lifecycle-termination',
  'aws-node-termination-handler/scheduled-maintenance',
  'aws-node-termination-handler/spot-itn',
]);

export function nodeFact(object: KubeObject): NodeFact {
  const { metadata, spec, status } = object as Node;
  const taints = spec?.taints ?? [];
  const labels = metadata.labels ?? {};
  return {
    type: labels['node.kubernetes.io/instance-type'] ?? '',
    zone: labels['topology.kubernetes.io/zone'] ?? '',
    ready: status?.conditions?.some(isReady) ?? false,
    // One that is being deleted is still there: a finalizer, such as Karpenter's, waits for its pods.
    draining:
      spec?.unschedulable === true ||
      metadata.deletionTimestamp !== undefined ||
      taints.some(({ key }) => drainTaints.has(key)),
    gone: taints.some(({ key }) => goneTaints.has(key)),
  };
}

function isReady({ type, status }: { readonly type: string; readonly status: string }): boolean {
  return type === 'Ready' && status === 'True';
}
