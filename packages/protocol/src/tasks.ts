import * as z from 'zod';
import { attemptIdSchema, countSchema, digestSchema, incarnationSchema } from './ids.ts';
import { programDescriptionSchema, splitSchema } from './job.ts';
import { jobLimits } from './limits.ts';

/** What an attempt is to do. */
export const taskSchema = z.discriminatedUnion('kind', [
  /** Load the program and say what it is. */
  z.strictObject({ kind: z.literal('describe') }),
  /** Map the first `records` records of a split and return their encoded keys, for cut points. */
  z.strictObject({ kind: z.literal('sample'), split: splitSchema, records: countSchema }),
  z.strictObject({ kind: z.literal('map'), split: splitSchema }),
  /** Reduce one partition of all `maps` map outputs. */
  z.strictObject({
    kind: z.literal('reduce'),
    partition: countSchema,
    maps: countSchema,
    /** Events of the completion log to know first: what they replace may still be served. */
    log: countSchema.optional(),
  }),
]);
export type Task = z.infer<typeof taskSchema>;

export const leaseSchema = z.strictObject({ attempt: attemptIdSchema, task: taskSchema });
export type Lease = z.infer<typeof leaseSchema>;

/** Named numbers; a program's own counters beside the engine's. Bounded in number and name. */
export const countersSchema = z
  .record(z.string().min(1).max(128), z.number())
  .refine((counters) => Object.keys(counters).length <= 1_000, 'at most 1,000 counters');
export type Counters = z.infer<typeof countersSchema>;

/** How far an attempt has come. Monotonic within the attempt. */
export const progressSchema = z.strictObject({
  /** Records read or merged. */
  records: countSchema,
  /** Bytes read or merged, and of how many (0 while unknown). */
  bytes: countSchema,
  totalBytes: countSchema,
  /** Bytes of segments fetched (reduce). */
  fetchedBytes: countSchema,
});
export type Progress = z.infer<typeof progressSchema>;

/** A record that was left out since it is malformed, or since the program threw on it. */
export const skippedRecordSchema = z.strictObject({
  /** Where it begins in its file. */
  offset: countSchema,
  /** In bytes, a line's end included. */
  length: countSchema,
  /** What was thrown, as far as it fits. */
  message: z.string().max(jobLimits.skippedMessage),
  /** Its first bytes, in base64. */
  record: z.base64().max(4 * Math.ceil(jobLimits.skippedBytes / 3)),
});
export type SkippedRecord = z.infer<typeof skippedRecordSchema>;

/** What a map attempt read and made, in numbers, and what it left out. */
export const mapTotalsSchema = z.strictObject({
  /** Skipped ones are among them. */
  recordsIn: countSchema,
  bytesIn: countSchema,
  /** Pairs that `map` emitted, before `combine`. */
  recordsEmitted: countSchema,
  recordsOut: countSchema,
  bytesOut: countSchema,
  spills: countSchema,
  counters: countersSchema,
  /** In the order of their offsets. */
  skipped: z.array(skippedRecordSchema).max(jobLimits.skipBadRecords.max),
});
export type MapTotals = z.infer<typeof mapTotalsSchema>;

/** What a map attempt made: enough for the coordinator; the rest is in the attempt's index file. */
export const mapManifestSchema = z.strictObject({
  kind: z.literal('map'),
  /** Root of the Merkle tree over the stored leaves of all partitions. */
  storedRoot: digestSchema,
  /** Root over the content leaves: the same for every re-run of a deterministic program. */
  contentRoot: digestSchema,
  /** Records and stored bytes of each partition. */
  partitionRecords: z.array(countSchema).max(100_000),
  partitionBytes: z.array(countSchema).max(100_000),
  ...mapTotalsSchema.shape,
});
export type MapManifest = z.infer<typeof mapManifestSchema>;

/** The numbers of a manifest. */
export function mapTotals(manifest: MapManifest): MapTotals {
  const { recordsIn, bytesIn, recordsEmitted, recordsOut, bytesOut } = manifest;
  const { spills, counters, skipped } = manifest;
  return { recordsIn, bytesIn, recordsEmitted, recordsOut, bytesOut, spills, counters, skipped };
}

/** A map output that a worker serves: all that a coordinator keeps of it. */
export const heldOutputSchema = z.strictObject({
  map: countSchema,
  attempt: attemptIdSchema,
  /** Identity of what it was made of (storage's `splitDigest`). */
  split: digestSchema,
  storedRoot: digestSchema,
  contentRoot: digestSchema,
  totals: mapTotalsSchema,
});
export type HeldOutput = z.infer<typeof heldOutputSchema>;

export const partFileSchema = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9._-]{1,200}$/),
  length: countSchema,
  sha256: digestSchema,
});
export type PartFile = z.infer<typeof partFileSchema>;

/** What a reduce attempt made, as its commit record says it. */
export const reduceManifestSchema = z.strictObject({
  kind: z.literal('reduce'),
  files: z.array(partFileSchema).min(1).max(1_000),
  recordsIn: countSchema,
  bytesIn: countSchema,
  groups: countSchema,
  recordsOut: countSchema,
  spills: countSchema,
  counters: countersSchema,
  /** sha256 over the content roots of all maps in map order. */
  consumed: digestSchema,
  /** Of the splits and cut points that those maps had. */
  plan: digestSchema,
});
export type ReduceManifest = z.infer<typeof reduceManifestSchema>;

export const resultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('describe'), description: programDescriptionSchema }),
  /** Encoded keys in base64, in the order they were emitted. */
  z.strictObject({ kind: z.literal('sample'), keys: z.array(z.base64()) }),
  mapManifestSchema,
  /** Sent once the commit record is linked (file sinks) or when all files are PUT (volume). */
  reduceManifestSchema,
]);
export type Result = z.infer<typeof resultSchema>;

/** Why an attempt ended without a result. Only some kinds count against the task (see docs). */
export const failureKindSchema = z.enum([
  /** The program threw or emitted what cannot be encoded. */
  'program',
  /** The input is missing, unreadable, changed, or not what the reader expects. */
  'input',
  /** The executor ended by itself: exit code, signal. */
  'exit',
  /** The executor ran out of memory. */
  'memory',
  /** No record was read or emitted for `taskTimeout`. */
  'timeout',
  /** The worker's disk is full or failing. */
  'disk',
  /** The output directory cannot be written. */
  'output',
  /** The worker gave it up: cancelled, drained, or a fetch that failed. Never counts. */
  'released',
]);
export type FailureKind = z.infer<typeof failureKindSchema>;

export const attemptErrorSchema = z.strictObject({
  kind: failureKindSchema,
  message: z.string().max(16_384),
  /** The program's own stack, source-mapped. */
  stack: z.string().max(65_536).optional(),
  /** The record that was being mapped: input as the user named it, byte offset in it. */
  file: z.string().max(4096).optional(),
  offset: countSchema.optional(),
  exitCode: z.int().optional(),
  signal: z.string().max(32).optional(),
});
export type AttemptError = z.infer<typeof attemptErrorSchema>;

/** The completion log: what a reducer must know of the maps, in the order it became true. */
export const logEventSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('mapped'),
    map: countSchema,
    attempt: attemptIdSchema,
    /** The incarnation that serves it, and where. */
    holder: incarnationSchema,
    address: z.url().max(256),
    storedRoot: digestSchema,
    contentRoot: digestSchema,
  }),
  /** The map's output is gone; a later `mapped` names its successor. */
  z.strictObject({ kind: z.literal('lost'), map: countSchema, attempt: attemptIdSchema }),
]);
export type LogEvent = z.infer<typeof logEventSchema>;
