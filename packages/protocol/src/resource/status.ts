import * as z from 'zod';
import { countSchema } from '../ids.ts';
import { attemptCountsSchema, phaseSchema, taskCountsSchema, workDoneSchema } from '../status.ts';
import { conditionSchema, timeSchema } from './conditions.ts';
import { failureCodeSchema } from './failure-policy.ts';
import { kubernetesTraits } from './kubernetes.ts';

const secondsSchema = z.number().min(0);

/** For people and printer columns; the conditions are the truth. */
export const jobPhases = [
  'Pending',
  'Starting',
  'Running',
  'Suspended',
  'Succeeded',
  'Failed',
] as const;

export const progressSchema = z.strictObject({
  /** The coordinator's phase. */
  phase: phaseSchema,
  percentage: z.int().min(0).max(100),
  maps: taskCountsSchema,
  reduces: taskCountsSchema,
  /** State of each task, one letter each (i, p, c), while there are at most 200 of the kind. */
  mapStates: z.string().max(200).optional(),
  reduceStates: z.string().max(200).optional(),
  inputs: z.strictObject({ count: countSchema, bytes: countSchema }),
  ...workDoneSchema.shape,
  /** The attempt that takes far longest, compared with those of its kind that have completed. */
  straggler: z
    .strictObject({
      attempt: z.string().max(128),
      /** Such as `reduce 3`. */
      task: z.string().max(32),
      /** On which pod it runs, or behind which address. */
      pod: z.string().max(253),
      since: timeSchema,
      /** Half of those that have completed took no longer. */
      medianSeconds: secondsSchema,
      /** What it has to read, as a multiple of what a completed one has read on average. */
      sizeRatio: z.number().min(0).optional(),
    })
    .optional(),
  estimatedRemainingSeconds: secondsSchema.optional(),
  lastUpdatedTime: timeSchema,
});

/** No stack in a status is longer: what is further down is seldom the user's. */
export const longestStack = 8_192;

/** No list of workers in a status is longer. */
export const mostWorkersInStatus = 50;

const workerSchema = z.strictObject({
  pod: z.string().max(253),
  node: z.string().max(253).optional(),
  state: z.enum(['pending', 'alive', 'draining', 'lost', 'left']),
  busy: countSchema,
  tasksCompleted: countSchema,
});

const conditionsSchema = z.array(conditionSchema).max(20);
conditionsSchema.register(kubernetesTraits, { mapKeys: ['type'] });

/** What the operator saw and did: the `status` of a MapReduceJob. */
export const jobStatusResourceSchema = z.strictObject({
  phase: z.enum(jobPhases).optional(),
  observedGeneration: countSchema.optional(),
  conditions: conditionsSchema.optional(),
  /** The job's id for its coordinator and workers: a new one for each attempt (`jobIdOf`). */
  jobId: z.string().max(63).optional(),
  /** How often the job has begun anew; `retries` are those that count against backoffLimit. */
  attempt: countSchema.optional(),
  retries: countSchema.optional(),
  /** When it first started, or was last resumed: activeDeadlineSeconds counts from here. */
  startTime: timeSchema.optional(),
  /** When this attempt started, or was last resumed. */
  attemptTime: timeSchema.optional(),
  /** When this attempt may start, after one that failed. */
  retryTime: timeSchema.optional(),
  /** When the tasks of this attempt began. */
  runningTime: timeSchema.optional(),
  completionTime: timeSchema.optional(),
  /** When the job and what is in its volume will be deleted. */
  expirationTime: timeSchema.optional(),
  coordinator: z
    .strictObject({
      /** Raised before each new pod is made: the pod is `NAME-coordinator-GENERATION`. */
      generation: countSchema,
      pod: z.string().max(253).optional(),
      node: z.string().max(253).optional(),
    })
    .optional(),
  progress: progressSchema.optional(),
  /** `3/8` of maps and reduces, for `kubectl get`. */
  maps: z.string().max(32).optional(),
  reduces: z.string().max(32).optional(),
  phaseSeconds: z
    .strictObject({
      describe: secondsSchema.optional(),
      sample: secondsSchema.optional(),
      map: secondsSchema.optional(),
      reduce: secondsSchema.optional(),
      finish: secondsSchema.optional(),
    })
    .optional(),
  attempts: attemptCountsSchema.optional(),
  workers: z
    .strictObject({
      /** Pods that are there, for the scale subresource. */
      replicas: countSchema,
      ready: countSchema,
      /** Since when workers have been let go to reach a lower number of replicas. */
      scaleDownTime: timeSchema.optional(),
      selector: z.string().max(512),
      list: z.array(workerSchema).max(mostWorkersInStatus),
    })
    .optional(),
  output: z
    .strictObject({
      location: z.string().max(4_096),
      recordsWritten: countSchema,
      bytesWritten: countSchema,
    })
    .optional(),
  failure: z
    .strictObject({
      code: failureCodeSchema,
      message: z.string().max(4_096),
      task: z.string().max(63).optional(),
      /** The record at which it happened: the input as the user named it, byte offset in it. */
      file: z.string().max(4_096).optional(),
      offset: countSchema.optional(),
      /** The beginning of the stack of the user's program. */
      stack: z.string().max(longestStack).optional(),
    })
    .optional(),
});
export type JobResourceStatus = z.infer<typeof jobStatusResourceSchema>;
