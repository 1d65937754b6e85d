import * as z from 'zod';
import { attemptIdSchema, countSchema, digestSchema, incarnationSchema } from './ids.ts';
import { sender } from './sender.ts';

/** Where more partitions than this differ, all are taken to differ. */
export const maxDiffering = 1_000;

/** A map's first output, for whoever made another of other content: it is to say where they differ. */
export const comparisonSchema = z.strictObject({
  attempt: attemptIdSchema,
  holder: incarnationSchema,
  address: z.url().max(256),
  contentRoot: digestSchema,
});
export type Comparison = z.infer<typeof comparisonSchema>;

/** A partition that two outputs of one map fill differently. */
const differenceSchema = z.strictObject({
  partition: countSchema,
  /** In the first output and in the other. The same count may be of other records. */
  records: z.tuple([countSchema, countSchema]),
});
export type Difference = z.infer<typeof differenceSchema>;

/** `all`: any partition may differ, since the first output is gone, or too many do. */
export const differingSchema = z.union([
  z.literal('all'),
  z.array(differenceSchema).min(1).max(maxDiffering),
]);
export type Differing = z.infer<typeof differingSchema>;

/** What a worker has found by a comparison. */
export const auditRequestSchema = z.strictObject({
  ...sender,
  /** Its own output, and the first. */
  attempt: attemptIdSchema,
  first: attemptIdSchema,
  differing: differingSchema,
});
export type AuditRequest = z.infer<typeof auditRequestSchema>;

/** A map that gave other records when it ran again, as the status tells it. */
export const auditViewSchema = z.strictObject({
  map: countSchema,
  first: attemptIdSchema,
  other: attemptIdSchema,
  /** Whether the other output counts; else it was late, or a backup's, and changed nothing. */
  counts: z.boolean(),
  /** How many partitions differ; absent where nobody can tell. */
  partitions: countSchema.optional(),
  /** The first few of them. */
  differing: z.array(differenceSchema).max(10),
});
export type AuditView = z.infer<typeof auditViewSchema>;
