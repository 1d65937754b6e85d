import * as z from 'zod';
import { drainRequestSchema } from './drain.ts';
import { attemptIdSchema, digestSchema, epochSchema, incarnationSchema } from './ids.ts';
import { jobSettingsSchema } from './job.ts';
import { sender } from './sender.ts';
import { heldOutputSchema, progressSchema } from './tasks.ts';

/** Where reducers put their parts. */
export const sinkSchema = z.discriminatedUnion('kind', [
  /** A path shared with the coordinator; workers commit there themselves (see storage). */
  z.strictObject({ kind: z.literal('file'), directory: z.string().max(4096) }),
  /** Parts are PUT to the coordinator, which commits them. */
  z.strictObject({ kind: z.literal('volume') }),
]);
export type Sink = z.infer<typeof sinkSchema>;

/** Map outputs that a worker holds and has checked. */
const heldOutputs = z.array(heldOutputSchema).max(200_000);

export const registerRequestSchema = z.strictObject({
  incarnation: incarnationSchema,
  /** An incarnation that is known to be dead: this one found its directory, and holds its lock. */
  replaces: incarnationSchema.optional(),
  /** Tasks it can run at once. */
  slots: z.int().min(1).max(1_024),
  /** Where it serves segments. */
  address: z.url().max(256),
  /** It is to leave within so many milliseconds, as `drain` says of one that has registered. */
  graceMs: drainRequestSchema.shape.graceMs.optional(),
  /** The epoch it served until now, if any. */
  epoch: epochSchema.optional(),
  /** The settings and program of what it holds and runs; absent while that is nothing. */
  jobDigest: digestSchema.optional(),
  held: heldOutputs,
  /** Attempts that an earlier epoch leased to it and that it still runs. */
  running: z
    .array(
      z.strictObject({
        attempt: attemptIdSchema,
        /** Of a map: the identity of what it reads. */
        split: digestSchema.optional(),
        /** Of a reduce: the digest of the plan whose maps it merges. */
        plan: digestSchema.optional(),
        progress: progressSchema,
      }),
    )
    .max(1_024),
});
export type RegisterRequest = z.infer<typeof registerRequestSchema>;

export const registerResponseSchema = z.strictObject({
  epoch: epochSchema,
  settings: jobSettingsSchema,
  /** sha256 of settings and program: what outputs that are offered must be of. */
  jobDigest: digestSchema,
  sink: sinkSchema,
  /** For a `file` sink: what a file in its job directory must hold, or it is not shared. */
  nonce: z.strictObject({ path: z.string().max(4096), content: z.string().max(64) }).optional(),
  heartbeatMs: z.int().min(1),
  /** Of the attempts that still run: those to stop, for they cannot win. */
  cancel: z.array(attemptIdSchema),
});
export type RegisterResponse = z.infer<typeof registerResponseSchema>;

/** Outputs that the worker has come to hold since it registered. */
export const holdRequestSchema = z.strictObject({ ...sender, held: heldOutputs });
export type HoldRequest = z.infer<typeof holdRequestSchema>;
