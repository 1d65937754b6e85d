import * as z from 'zod';
import { jobLimits } from '../limits.ts';
import { failurePolicySchema } from './failure-policy.ts';
import { jobInputSchema } from './inputs.ts';
import { ruled } from './kubernetes.ts';
import { jobOutputSchema } from './output.ts';
import { coordinatorSpecSchema, workersSpecSchema } from './pods.ts';
import { programSourceSchema } from './program.ts';
import { sizeSchema } from './quantity.ts';

/** A year: no job is meant to wait or to be kept longer. */
const longestSeconds = 31_536_000;
const seconds = (min: number) => z.int().min(min).max(longestSeconds);

/** What a user asks for: the `spec` of a MapReduceJob. */
export const jobSpecSchema = ruled(
  z.strictObject({
    program: programSourceSchema,
    inputs: z.array(jobInputSchema).min(1).max(100).describe('Read in this order.'),
    output: jobOutputSchema.prefault({ volume: {} }),
    reducers: z
      .int()
      .min(jobLimits.reducers.min)
      .max(jobLimits.reducers.max)
      .default(4)
      .describe('Partitions, and so parts.'),
    splitSize: sizeSchema('1Ki', '1Ti').default('64Mi').describe('Bytes of input a map.'),
    memory: sizeSchema('16Mi', '64Gi').default('512Mi').describe("Bounds a task's buffers."),
    taskTimeoutSeconds: z
      .int()
      .min(jobLimits.taskTimeoutMs.min / 1_000)
      .max(jobLimits.taskTimeoutMs.max / 1_000)
      .default(jobLimits.taskTimeoutMs.default / 1_000)
      .describe('How long a task may neither read nor emit a record.'),
    skipBadRecords: z
      .int()
      .min(jobLimits.skipBadRecords.min)
      .max(jobLimits.skipBadRecords.max)
      .default(jobLimits.skipBadRecords.default)
      .describe('Bad records to leave out and write aside before the job fails.'),
    format: z.enum(['binary', 'json']).default('binary').describe('Of intermediate files.'),
    backupTasks: z.boolean().default(true).describe('Whether stragglers get a second attempt.'),
    workers: workersSpecSchema.prefault({}),
    coordinator: coordinatorSpecSchema.prefault({}),
    suspend: z.boolean().default(false).describe('No pods while it is true.'),
    cancel: z
      .boolean()
      .default(false)
      .describe('Ends the job for good: it fails with Cancelled, and what it wrote is taken back.'),
    activeDeadlineSeconds: seconds(1)
      .optional()
      .describe(
        'From its start, or from when it was resumed: the job then fails with DeadlineExceeded.',
      ),
    preRunningDeadlineSeconds: seconds(1)
      .default(600)
      .describe('From a start until the first task: fails with PreRunningDeadlineExceeded.'),
    ttlSecondsAfterFinished: seconds(0)
      .optional()
      .describe(
        "The job, and an output in its own volume, are deleted then. Default: the chart's.",
      ),
    backoffLimit: z
      .int()
      .min(0)
      .max(100)
      .default(2)
      .describe('How often a failed job begins anew.'),
    failurePolicy: failurePolicySchema.prefault({}),
    managedBy: z
      .enum(['mapreduce.dev/operator', 'kueue.x-k8s.io/multikueue'])
      .optional()
      .describe('Who reconciles the job; fixed once it is there.'),
  }),
  {
    cel: 'has(self.managedBy) == has(oldSelf.managedBy) && (!has(self.managedBy) || self.managedBy == oldSelf.managedBy)',
    message: 'managedBy: cannot be changed',
  },
  { cel: '!oldSelf.cancel || self.cancel', message: 'cancel: cannot be taken back' },
  {
    cel: '!has(self.program.streaming) || self.skipBadRecords == 0',
    message:
      'skipBadRecords: not with program.streaming: nobody knows on which line a command failed; let the command pass over it',
    holds: ({ program, skipBadRecords }) => !('streaming' in program) || skipBadRecords === 0,
  },
);
export type JobSpec = z.output<typeof jobSpecSchema>;
