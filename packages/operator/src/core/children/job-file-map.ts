import type { KubeObject } from '@mapreduce/controller-runtime';
import {
  childNames,
  jobFileSchema,
  jobIdOf,
  type JobFile,
  type JobSpec,
} from '@mapreduce/protocol/resource';
import { childOf, type JobIdentity } from './identity.ts';

export type Images = JobFile['images'];

/** What an attempt is made from: the spec, and the images where it names none. */
export function jobFileOf(
  job: JobIdentity,
  spec: JobSpec,
  attempt: number,
  defaults: Images,
): JobFile {
  const { program, coordinator, workers } = spec;
  const ownImage = 'module' in program ? program.module.image : undefined;
  return {
    id: jobIdOf(job, attempt),
    attempt,
    namespace: job.namespace,
    name: job.name,
    spec,
    images: {
      coordinator: coordinator.image ?? ownImage ?? defaults.coordinator,
      worker: workers.image ?? defaults.worker,
      pullPolicy: defaults.pullPolicy,
    },
  };
}

export function jobFileMap(job: JobIdentity, file: JobFile): KubeObject {
  const name = childNames.jobFile(job, file.attempt);
  return {
    ...childOf(job, { apiVersion: 'v1', kind: 'ConfigMap', name }),
    immutable: true,
    data: { 'job.json': `${JSON.stringify(file, null, 2)}\n` },
  };
}

/** Undefined where the ConfigMap does not hold what this operator would write. */
export function readJobFile(object: KubeObject): JobFile | undefined {
  const data = object['data'] as Readonly<Record<string, string>> | undefined;
  try {
    const parsed = jobFileSchema.safeParse(JSON.parse(data?.['job.json'] ?? ''));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
