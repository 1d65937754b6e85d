import {
  attemptIdSchema,
  countSchema,
  differingSchema,
  digestSchema,
  epochSchema,
  incarnationSchema,
  inputSourceSchema,
  jobIdSchema,
  jobStatusSchema,
  mapTotalsSchema,
  programDescriptionSchema,
} from '@mapreduce/protocol';
import * as z from 'zod';

/** The first record of every journal file: which life wrote it, after which other. */
const openedSchema = z.strictObject({
  kind: z.literal('opened'),
  job: jobIdSchema,
  jobDigest: digestSchema,
  epoch: epochSchema,
  /** Seals the file of the boot before: what is appended to it later is never read. */
  predecessor: z
    .strictObject({ file: z.string(), length: countSchema, hash: digestSchema })
    .optional(),
});
export type JournalOpened = z.infer<typeof openedSchema>;

const auditedOutputSchema = z.strictObject({ attempt: attemptIdSchema, root: digestSchema });

/** What a coordinator must not forget. It is durable before anyone is told. */
export const journalRecordSchema = z.discriminatedUnion('kind', [
  openedSchema,
  /** What came before it in this file is all that its predecessors had told anybody. */
  z.strictObject({ kind: z.literal('snapshotEnd') }),
  /** A worker named an epoch of a life whose journal is gone: this one is above it. */
  z.strictObject({ kind: z.literal('epochRaised'), epoch: epochSchema }),
  /** The output directory is ready; `created`: it was made for the job. */
  z.strictObject({ kind: z.literal('prepared'), created: z.boolean(), nonce: z.string() }),
  z.strictObject({
    kind: z.literal('described'),
    attempt: attemptIdSchema,
    description: programDescriptionSchema,
  }),
  /** Some of the listed inputs, from the first that no record before names. */
  z.strictObject({
    kind: z.literal('inputs'),
    inputs: z.array(
      z.strictObject({
        source: inputSourceSchema,
        name: z.string(),
        size: countSchema,
        version: z.string(),
        cuttable: z.boolean(),
      }),
    ),
  }),
  /** The splits follow from inputs, description and settings. */
  z.strictObject({ kind: z.literal('planned'), inputs: countSchema }),
  z.strictObject({ kind: z.literal('sampled'), bounds: z.array(z.base64()) }),
  z.strictObject({
    kind: z.literal('mapCompleted'),
    map: countSchema,
    attempt: attemptIdSchema,
    holder: incarnationSchema,
    address: z.string(),
    storedRoot: digestSchema,
    contentRoot: digestSchema,
    totals: mapTotalsSchema,
  }),
  /** Another worker serves the map's output from now on. */
  z.strictObject({
    kind: z.literal('mapHolder'),
    map: countSchema,
    attempt: attemptIdSchema,
    holder: incarnationSchema,
    address: z.string(),
  }),
  z.strictObject({ kind: z.literal('mapLost'), map: countSchema, attempt: attemptIdSchema }),
  /** A map gave other records than at first; `counts`: in place of what it had given before. */
  z.strictObject({
    kind: z.literal('audited'),
    map: countSchema,
    first: auditedOutputSchema,
    other: auditedOutputSchema,
    counts: z.boolean(),
    differing: differingSchema,
  }),
  z.strictObject({
    kind: z.literal('reduceCommitted'),
    partition: countSchema,
    attempt: attemptIdSchema,
  }),
  z.strictObject({
    kind: z.literal('jobEnded'),
    state: z.enum(['succeeded', 'failed', 'cancelled']),
    error: jobStatusSchema.shape.error,
  }),
]);
export type JournalRecord = z.infer<typeof journalRecordSchema>;
