import type { KubeObject } from '@mapreduce/controller-runtime';
import { childNames, type JobFile } from '@mapreduce/protocol/resource';
import { childOf, type JobIdentity } from './identity.ts';

/** The coordinator's own claim, where the job asks for one. */
export function coordinatorClaim(job: JobIdentity, file: JobFile): KubeObject | undefined {
  const { volume } = file.spec.coordinator;
  if (!('claim' in volume)) return undefined;
  const { size, storageClassName } = volume.claim;
  const name = childNames.coordinatorClaim(job.name);
  return {
    ...childOf(job, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name }),
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: size } },
      ...(storageClassName !== undefined && { storageClassName }),
    },
  };
}
