import type { KubeObject } from '@mapreduce/controller-runtime';
import {
  childNames,
  jobFileSchema,
  jobIdOf,
  type JobFile,
  type JobSpec,
} from '@mapreduce/protocol/resource';
import { z } from 'zod';
import { coordinatorTemplate } from './coordinator-pod.ts';
import { childOf, type JobIdentity } from './identity.ts';
import type { PodTemplate } from './pod-template.ts';
import { workerTemplate } from './worker-deployment.ts';

export type Images = JobFile['images'];

/**
 * What an attempt is made from. All attempts of a job have the first one's pods, whichever operator
 * makes them: one that has been upgraded meanwhile may want arguments that their images do not know.
 */
export interface AttemptSource {
  readonly file: JobFile;
  readonly pods: PodTemplates;
}

export interface PodTemplates {
  readonly coordinator: PodTemplate;
  readonly worker: PodTemplate;
}

/** Of the first attempt: the spec, the images where it names none, and the pods of this operator. */
export function firstSource(job: JobIdentity, spec: JobSpec, defaults: Images): AttemptSource {
  const { program, coordinator, workers } = spec;
  const ownImage = 'module' in program ? program.module.image : undefined;
  const file: JobFile = {
    id: jobIdOf(job, 0),
    attempt: 0,
    namespace: job.namespace,
    name: job.name,
    spec,
    images: {
      coordinator: coordinator.image ?? ownImage ?? defaults.coordinator,
      worker: workers.image ?? defaults.worker,
      pullPolicy: defaults.pullPolicy,
    },
  };
  const pods = { coordinator: coordinatorTemplate(job, file), worker: workerTemplate(job, file) };
  return { file, pods };
}

/** The same for another attempt. */
export function sourceOf(job: JobIdentity, attempt: number, first: AttemptSource): AttemptSource {
  return { ...first, file: { ...first.file, attempt, id: jobIdOf(job, attempt) } };
}

export function sourceMap(job: JobIdentity, { file, pods }: AttemptSource): KubeObject {
  const name = childNames.jobFile(job, file.attempt);
  return {
    ...childOf(job, { apiVersion: 'v1', kind: 'ConfigMap', name }),
    immutable: true,
    data: {
      'job.json': `${JSON.stringify(file, null, 2)}\n`,
      'pods.json': `${JSON.stringify(pods, null, 2)}\n`,
    },
  };
}

/** What users wrote into their templates is for the API server to judge. */
const templateSchema = z.custom<PodTemplate>(
  (value) => templateShape.safeParse(value).success,
  'a pod template',
);
const templateShape = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.unknown()) }),
  spec: z.unknown(),
});

const schemas = {
  'job.json': jobFileSchema,
  'pods.json': z.object({ coordinator: templateSchema, worker: templateSchema }),
};

/** Throws for a ConfigMap that does not hold what an operator wrote. */
export function readSource(map: KubeObject): AttemptSource {
  return { file: read(map, 'job.json'), pods: read(map, 'pods.json') };
}

function read<Key extends keyof typeof schemas>(
  { metadata: { name }, data }: KubeObject,
  key: Key,
): z.output<(typeof schemas)[Key]> {
  const text = (data as Readonly<Record<string, string>> | undefined)?.[key] ?? '';
  try {
    return schemas[key].parse(JSON.parse(text)) as z.output<(typeof schemas)[Key]>;
  } catch (error) {
    throw new Error(`ConfigMap ${name}: ${key}: not what an operator wrote`, { cause: error });
  }
}
