import * as z from 'zod';
import { countSchema, digestSchema, jobIdSchema } from './ids.ts';
import { jobLimits } from './limits.ts';
import { streamingCommandsSchema } from './streaming.ts';

const readerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('lines'), maxLength: z.int().min(1).optional() }),
  z.strictObject({ kind: z.literal('file') }),
  z.strictObject({ kind: z.literal('ndjson'), maxLength: z.int().min(1).optional() }),
  z.strictObject({ kind: z.literal('fixed'), length: z.int().min(1) }),
]);

const writerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text') }),
  z.strictObject({ kind: z.literal('ndjson') }),
  z.strictObject({ kind: z.literal('fixed'), length: z.int().min(1) }),
]);

/** What a program says of itself: all that the coordinator ever learns of user code. */
export const programDescriptionSchema = z.strictObject({
  reader: readerSchema,
  writer: writerSchema,
  /** `block` programs are given many records a call. */
  map: z.enum(['record', 'block']),
  combine: z.boolean(),
  reduce: z.boolean(),
  partition: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('hash') }),
    z.strictObject({ kind: z.literal('function') }),
    z.strictObject({
      kind: z.literal('range'),
      samples: z.int().min(1).max(10_000_000).optional(),
    }),
  ]),
  order: z.array(z.enum(['ascending', 'descending'])).max(64),
  group: z.int().min(1).max(64).optional(),
  sideEffects: z.boolean(),
  /** Whether `map` gives the same records whenever it runs on the same input. */
  deterministic: z.boolean(),
});
export type ProgramDescription = z.infer<typeof programDescriptionSchema>;

export const formatSchema = z.enum(['binary', 'json']);
export type Format = z.infer<typeof formatSchema>;

/** How intermediate blocks are compressed. */
export const compressionSchema = z.enum(['zstd', 'none']);
export type Compression = z.infer<typeof compressionSchema>;

/**
 * A program's code: a built-in of the executable, a bundled ES module known by its digest, or commands
 * that are on every worker.
 */
export const programSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('builtin'), name: z.string().max(63) }),
  z.strictObject({ kind: z.literal('module'), name: z.string().max(4096), sha256: digestSchema }),
  z.strictObject({
    kind: z.literal('streaming'),
    name: z.string().max(256),
    commands: streamingCommandsSchema,
  }),
]);
export type Program = z.infer<typeof programSchema>;

const limited = (limit: { min: number; max: number }) => z.int().min(limit.min).max(limit.max);

/** What every worker of a job must agree on; its digest is part of what a segment is named by. */
export const jobSettingsSchema = z.strictObject({
  id: jobIdSchema,
  program: programSchema,
  reducers: limited(jobLimits.reducers),
  splitSize: limited(jobLimits.splitSize),
  /** Bounds one executor's buffers, counted in canonical bytes. */
  memory: limited(jobLimits.memory),
  taskTimeoutMs: limited(jobLimits.taskTimeoutMs),
  /** Bad records that the whole job may skip: those on which `map` throws, and malformed ones. */
  skipBadRecords: limited(jobLimits.skipBadRecords).default(jobLimits.skipBadRecords.default),
  format: formatSchema,
  compression: compressionSchema,
  /** Whether segments and parts are fsynced before they are reported. */
  fsync: z.boolean(),
  /** Whether stragglers get a backup attempt. */
  backupTasks: z.boolean(),
});
export type JobSettings = z.infer<typeof jobSettingsSchema>;

/** Data that is made where it is read: the same bytes everywhere. */
export const generatedDataSchema = z.discriminatedUnion('kind', [
  /** Records of 100 bytes as Hadoop's TeraGen makes them, from number 0. */
  z.strictObject({ kind: z.literal('teragen'), records: z.int().min(1).max(10_000_000_000) }),
  /** Lines of invented words. */
  z.strictObject({
    kind: z.literal('words'),
    bytes: z
      .int()
      .min(1)
      .max(2 ** 40),
    seed: z.int().min(0).max(2_147_483_647),
  }),
]);
export type GeneratedData = z.infer<typeof generatedDataSchema>;

/** Where an input's bytes come from. */
export const inputSourceSchema = z.discriminatedUnion('kind', [
  /** A path that the workers open themselves. */
  z.strictObject({ kind: z.literal('file'), path: z.string().max(4096) }),
  z.strictObject({ kind: z.literal('http'), url: z.url().max(4096) }),
  /** A file of the coordinator's, or text of its configuration, that it serves by range. */
  z.strictObject({ kind: z.literal('coordinator'), input: countSchema }),
  z.strictObject({ kind: z.literal('generated'), data: generatedDataSchema }),
]);
export type InputSource = z.infer<typeof inputSourceSchema>;

/**
 * A byte range [start, end) of one input. Its reader owns the records that begin in it. `version`
 * (mtime and size, or ETag) is checked while it is read: a changed input fails the job.
 */
export const splitSchema = z.strictObject({
  index: countSchema,
  source: inputSourceSchema,
  /** The input as the user named it. */
  name: z.string().max(4096),
  start: countSchema,
  end: countSchema,
  /** The whole input's size. */
  size: countSchema,
  version: z.string().max(256),
});
export type Split = z.infer<typeof splitSchema>;
