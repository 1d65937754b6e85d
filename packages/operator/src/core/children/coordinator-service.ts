import type { KubeObject } from '@mapreduce/controller-runtime';
import { childNames, jobLabels, podPorts } from '@mapreduce/protocol/resource';
import { childOf, type JobIdentity } from './identity.ts';

/** Leads workers to the coordinator of one generation, and to no other. */
export function coordinatorService(job: JobIdentity, generation: number): KubeObject {
  const name = childNames.coordinatorService(job.name);
  return {
    ...childOf(job, { apiVersion: 'v1', kind: 'Service', name, component: 'coordinator' }),
    spec: {
      type: 'ClusterIP',
      // Workers try until it answers; its probe would be later by a second.
      publishNotReadyAddresses: true,
      selector: {
        [jobLabels.jobUid]: job.uid,
        [jobLabels.role]: 'coordinator',
        [jobLabels.generation]: String(generation),
      },
      ports: [{ name: 'http', port: podPorts.coordinator, targetPort: 'http' }],
    },
  };
}

export function coordinatorUrl({ name, namespace }: JobIdentity): string {
  return `http://${childNames.coordinatorService(name)}.${namespace}.svc:${podPorts.coordinator}`;
}
