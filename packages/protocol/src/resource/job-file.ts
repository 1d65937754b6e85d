import * as z from 'zod';
import { jobIdSchema } from '../ids.ts';
import { imageSchema } from './names.ts';
import { jobSpecSchema } from './spec.ts';

/**
 * What a job's pods are made from and read: the spec as it was when the job started, with all
 * defaults, in a ConfigMap that never changes, one an attempt. `mapreduce coordinator --job` reads it.
 */
export const jobFileSchema = z.strictObject({
  id: jobIdSchema,
  /**
   * 0 for the first. A later attempt replaces what an earlier one left in the output directory; the
   * ids of earlier attempts end in a lower number.
   */
  attempt: z.int().min(0),
  namespace: z.string().min(1).max(63),
  name: z.string().min(1).max(253),
  spec: jobSpecSchema,
  /** The images that it started with, so that an upgrade of the operator does not touch it. */
  images: z.strictObject({
    coordinator: imageSchema,
    worker: imageSchema,
    pullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']),
  }),
});
export type JobFile = z.output<typeof jobFileSchema>;

/** Where the operator mounts things, and where the roles look for them. */
export const podPaths = {
  jobFile: '/etc/mapreduce/job/job.json',
  tokens: '/var/run/mapreduce/tokens',
  /** The volume of a coordinator or worker. */
  data: '/var/lib/mapreduce',
  state: '/var/lib/mapreduce/state',
  volumeOutput: '/var/lib/mapreduce/output',
  /** The claim of output `pvc`, in coordinator and workers. */
  output: '/output',
  /** Input N lies in `/input/N`: its ConfigMap (coordinator alone) or its claim (also workers). */
  inputs: '/input',
  /** A program out of a ConfigMap. */
  program: '/etc/mapreduce/program',
  sample: '/opt/mapreduce/sample',
} as const;

export const podPorts = { coordinator: 7070, worker: 7071, metrics: 9090 } as const;
