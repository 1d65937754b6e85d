import * as z from 'zod';
import { auditViewSchema } from './audit.ts';
import { attemptIdSchema, countSchema, incarnationSchema, jobIdSchema } from './ids.ts';
import { attemptErrorSchema, countersSchema } from './tasks.ts';

export const phaseSchema = z.enum(['describe', 'sample', 'map', 'reduce', 'finish']);
export type Phase = z.infer<typeof phaseSchema>;

/** Tasks of one kind, by state. */
export const taskCountsSchema = z.strictObject({
  total: countSchema,
  idle: countSchema,
  inProgress: countSchema,
  completed: countSchema,
});

/** What tasks have read and made. */
export const workDoneSchema = z.strictObject({
  bytesRead: countSchema,
  recordsRead: countSchema,
  /** Bad records that were left out, of maps that have completed. */
  recordsSkipped: countSchema,
  recordsShuffled: countSchema,
  bytesShuffled: countSchema,
  recordsWritten: countSchema,
  bytesWritten: countSchema,
});

/** Attempts, by what became of them. */
export const attemptCountsSchema = z.strictObject({
  started: countSchema,
  failed: countSchema,
  lost: countSchema,
  backup: countSchema,
  fetchFailures: countSchema,
  /** Map outputs that other workers took over from those that left. */
  moved: countSchema,
  /** Maps that ran again because their holder was about to leave with the only output. */
  rerunAhead: countSchema,
});

/** An attempt in progress that takes far longer than those of its kind that have completed. */
export const stragglerSchema = z.strictObject({
  attempt: attemptIdSchema,
  /** Such as `reduce 3`. */
  task: z.string().max(32),
  /** Where its worker serves. */
  worker: z.string(),
  runningMs: z.number(),
  /** Half of those that have completed took no longer. */
  medianMs: z.number(),
  /** What it has to read, as a multiple of what a completed one of its kind has read on average. */
  sizeRatio: z.number().optional(),
});

export const statusRequestSchema = z.strictObject({
  /** Answer at once if the status is newer than this version, else wait. */
  after: countSchema,
  waitMs: z.int().min(0).max(30_000),
});

/** The state of a job as its coordinator sees it: what the CLI, the page and the operator show. */
export const jobStatusSchema = z.strictObject({
  /** Rises with each change. */
  version: countSchema,
  job: jobIdSchema,
  program: z.string(),
  state: z.enum(['running', 'succeeded', 'failed', 'cancelled']),
  phase: phaseSchema,
  elapsedMs: z.number(),
  /** Time spent in each phase that has begun. */
  phaseMs: z.partialRecord(phaseSchema, z.number()),
  maps: taskCountsSchema,
  reduces: taskCountsSchema,
  /** State of each task, one letter each (i, p, c), while there are at most 200 of the kind. */
  mapStates: z.string().max(200).optional(),
  reduceStates: z.string().max(200).optional(),
  inputs: z.strictObject({ count: countSchema, bytes: countSchema }),
  /** Of completed attempts and, as far as heard, running ones. */
  progress: workDoneSchema,
  attempts: attemptCountsSchema,
  /** The one of them that has run longest. */
  straggler: stragglerSchema.optional(),
  workers: z
    .array(
      z.strictObject({
        incarnation: incarnationSchema,
        address: z.string(),
        slots: countSchema,
        busy: countSchema,
        state: z.enum(['alive', 'draining', 'lost', 'left']),
        tasksCompleted: countSchema,
        /** Nothing more is needed of it: it drains and is relieved, it is gone, or the job is over. */
        relieved: z.boolean(),
      }),
    )
    .max(200),
  workersTotal: countSchema,
  counters: countersSchema,
  /** Maps that gave other records when they ran again: how many, and the first few. */
  audits: z
    .strictObject({ total: countSchema, first: z.array(auditViewSchema).max(20) })
    .optional(),
  /** Where the parts are, as the coordinator names the place. */
  output: z.string(),
  /** Why it failed: the user's own error where there is one. */
  error: z
    .strictObject({
      code: z.enum(['input', 'program', 'task', 'output', 'internal', 'cancelled']),
      cause: attemptErrorSchema,
      task: z.string().optional(),
    })
    .optional(),
});
export type JobStatus = z.infer<typeof jobStatusSchema>;
