import type { KubeObject } from '@mapreduce/controller-runtime';
import { childNames, jobLabels, podPorts } from '@mapreduce/protocol/resource';
import { childOf, type JobIdentity } from './identity.ts';
import { workerSelector } from './worker-deployment.ts';

/** Who may reach the job's pods: they one another, the operator the coordinator, all the metrics. */
export function networkPolicy(job: JobIdentity): KubeObject {
  const name = childNames.networkPolicy(job.name);
  const ofJob = { podSelector: { matchLabels: { [jobLabels.jobUid]: job.uid } } };
  const operator = {
    namespaceSelector: {},
    podSelector: {
      matchLabels: {
        'app.kubernetes.io/name': 'mapreduce',
        'app.kubernetes.io/component': 'operator',
      },
    },
  };
  return {
    ...childOf(job, { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', name }),
    spec: {
      ...ofJob,
      policyTypes: ['Ingress'],
      ingress: [
        { from: [ofJob], ports: [tcp(podPorts.coordinator), tcp(podPorts.worker)] },
        { from: [operator], ports: [tcp(podPorts.coordinator)] },
        { ports: [tcp(podPorts.metrics)] },
      ],
    },
  };
}

function tcp(port: number) {
  return { protocol: 'TCP', port };
}

/** Half of the workers stay at a time, to take over what the others hold. */
export function workerDisruptionBudget(job: JobIdentity): KubeObject {
  const name = childNames.workers(job.name);
  return {
    ...childOf(job, {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      name,
      component: 'worker',
    }),
    spec: {
      maxUnavailable: '50%',
      selector: { matchLabels: workerSelector(job) },
      // One that does not run holds nothing that could be moved.
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  };
}
