import {
  attemptIdSchema,
  countSchema,
  digestSchema,
  epochSchema,
  jobIdSchema,
  reduceManifestSchema,
} from '@mapreduce/protocol';
import * as z from 'zod';
import { canonicalJson } from './settings-digest.ts';
import { partName } from './layout.ts';

/** The whole truth about one part: which attempt made it, of what, and what it holds. */
export const commitRecordSchema = z
  .strictObject({
    version: z.literal(1),
    job: jobIdSchema,
    /** sha256 of the canonical JSON of the job's settings and program. */
    jobDigest: digestSchema,
    epoch: epochSchema,
    partition: countSchema,
    attempt: attemptIdSchema,
    manifest: reduceManifestSchema,
  })
  .refine(
    ({ partition, manifest }) =>
      manifest.files.every(({ name }) => partFileBelongsTo(partition, name)),
    'files: every name must be that of the partition, with or without a suffix after . or -',
  );
export type CommitRecord = z.infer<typeof commitRecordSchema>;

/** Whether a file may be part of a partition: `part-00003`, `part-00003.gz`, `part-00003-errors`. */
export function partFileBelongsTo(partition: number, name: string): boolean {
  const own = partName(partition);
  return name === own || name.startsWith(`${own}.`) || name.startsWith(`${own}-`);
}

/** The record's file: one line of canonical JSON, so that one record has one digest. */
export function encodeCommitRecord(record: CommitRecord): Uint8Array {
  return new TextEncoder().encode(`${canonicalJson(record)}\n`);
}

/** Throws an error that names `path` where the bytes are no commit record. */
export function decodeCommitRecord(path: string, bytes: Uint8Array): CommitRecord {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new Error(`${path}: not a commit record: not JSON`, { cause });
  }
  const parsed = commitRecordSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(
    `${path}: not a commit record: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
  );
}
