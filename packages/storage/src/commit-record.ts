import {
  attemptIdSchema,
  countSchema,
  digestSchema,
  epochSchema,
  jobIdSchema,
  reduceManifestSchema,
} from '@mapreduce/protocol';
import { z } from 'zod';

/** The whole truth about one part: which attempt made it, of what, and what it holds. */
export const commitRecordSchema = z.strictObject({
  version: z.literal(1),
  job: jobIdSchema,
  /** sha256 of the canonical JSON of the job's settings and program. */
  jobDigest: digestSchema,
  epoch: epochSchema,
  partition: countSchema,
  attempt: attemptIdSchema,
  manifest: reduceManifestSchema,
});
export type CommitRecord = z.infer<typeof commitRecordSchema>;
