import * as z from 'zod';
import { ruled } from './kubernetes.ts';
import { apiVersion, kind, longestJobName } from './names.ts';
import { jobSpecSchema } from './spec.ts';
import { jobStatusResourceSchema } from './status.ts';

const namePattern = '^[a-z]([-a-z0-9]*[a-z0-9])?$';

/** Metadata is the API server's: only what is relied upon is named. */
const metadataSchema = z.looseObject({
  name: z.string().min(1).max(253),
  namespace: z.string().max(63).optional(),
});

/** A whole MapReduceJob. */
export const mapReduceJobSchema = ruled(
  z.strictObject({
    apiVersion: z.literal(apiVersion),
    kind: z.literal(kind),
    metadata: metadataSchema,
    spec: jobSpecSchema,
    status: jobStatusResourceSchema.optional(),
  }),
  {
    cel: `size(self.metadata.name) <= ${longestJobName} && self.metadata.name.matches('${namePattern}')`,
    message: `metadata.name: expected at most ${longestJobName} of a-z, 0-9 and -, beginning with a letter`,
    holds: ({ metadata: { name } }) =>
      name.length <= longestJobName && new RegExp(namePattern).test(name),
  },
);
export type MapReduceJob = z.output<typeof mapReduceJobSchema>;
