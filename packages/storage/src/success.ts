import {
  attemptIdSchema,
  countSchema,
  digestSchema,
  jobIdSchema,
  type DigestHex,
} from '@mapreduce/protocol';
import { joinPath, type Digest, type Disk } from '@mapreduce/service';
import * as z from 'zod';
import type { StoredCommitRecord } from './commit-records.ts';
import { consumedDigest, exceptionSchema, type ConsumedException } from './consumed.ts';
import { isDiskError } from './disk-errors.ts';
import { toHex } from './hex.ts';
import { partName, type OutputLayout } from './layout.ts';
import { skippedSummarySchema, type SkippedSummary } from './skipped-file.ts';

/** `_SUCCESS`: written last, it says what the whole output is made of. */
const successSchema = z.strictObject({
  version: z.literal(1),
  job: jobIdSchema,
  /** sha256 of the canonical JSON of the job's settings and program. */
  jobDigest: digestSchema,
  /** Of the splits and cut points: what every part was made by. */
  plan: digestSchema,
  /** Whether `map` is said to give the same whenever it runs. Else parts may have consumed others. */
  deterministic: z.boolean(),
  /** sha256 over the content roots of `maps`, in order: what every part has consumed. */
  consumed: digestSchema,
  /** By map index. */
  maps: z.array(
    z.strictObject({
      attempt: attemptIdSchema,
      contentRoot: digestSchema,
      recordsOut: countSchema,
      /** Bad records that were left out. */
      skipped: countSchema,
    }),
  ),
  /** Of the file with these records; absent where there is none. */
  skipped: skippedSummarySchema.optional(),
  /** By partition. */
  parts: z.array(
    z.strictObject({
      attempt: attemptIdSchema,
      /** sha256 of the commit record's file. */
      record: digestSchema,
      consumed: digestSchema,
      /** Where that is not the digest of the roots of `maps`: by map, ascending. */
      exceptions: z.array(exceptionSchema).min(1).optional(),
    }),
  ),
});
export type Success = z.infer<typeof successSchema>;

const sealedSuccessSchema = successSchema.extend({ digest: digestSchema });

/** The file's bytes: a line of JSON, whose last member is the sha256 of the line without it. */
export function encodeSuccess(digest: Digest, success: Success): Uint8Array {
  const encoder = new TextEncoder();
  const seal = toHex(digest.of(encoder.encode(JSON.stringify(success))));
  return encoder.encode(`${JSON.stringify({ ...success, digest: seal })}\n`);
}

/** What the file says; nothing where a single byte of it is not as it was written. */
export function decodeSuccess(digest: Digest, bytes: Uint8Array): Success | undefined {
  const success = parseSealed(bytes);
  if (success === undefined) return undefined;
  const written = encodeSuccess(digest, success);
  const isSame = written.length === bytes.length && written.every((byte, at) => byte === bytes[at]);
  return isSame ? success : undefined;
}

function parseSealed(bytes: Uint8Array): Success | undefined {
  try {
    const sealed = sealedSuccessSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return successSchema.strip().parse(sealed);
  } catch {
    return undefined;
  }
}

/** The parts cannot be called one output; the message says which and why. */
export class IncompleteOutputError extends Error {
  override readonly name = 'IncompleteOutputError';
}

export interface FinishedJob {
  readonly job: string;
  readonly jobDigest: string;
  readonly reducers: number;
  readonly plan: DigestHex;
  readonly deterministic: boolean;
  readonly maps: Success['maps'];
  /** Of a part that has consumed other outputs than `maps`: where, if it makes no difference. */
  readonly exceptionsOf?: (partition: number, consumed: DigestHex) => Exceptions | undefined;
  /** What was written aside, if anything. */
  readonly skipped?: SkippedSummary | undefined;
  /** All of the job's commit records, in order of partition. */
  readonly records: readonly StoredCommitRecord[];
}

type Exceptions = readonly ConsumedException[];

/**
 * What `_SUCCESS` is to hold. Throws `IncompleteOutputError` while a part is missing, belongs to
 * another job or plan, or, of a deterministic program, has consumed other records of the maps than the rest.
 */
export function describeSuccess(digest: Digest, finished: FinishedJob): Success {
  const { deterministic, job, jobDigest, maps, plan, records, reducers, skipped } = finished;
  const consumed = consumedDigest(
    digest,
    maps.map(({ contentRoot }) => contentRoot),
  );
  const parts: Success['parts'] = [];
  for (let partition = 0; partition < reducers; partition++) {
    const stored = records[partition];
    const name = partName(partition);
    if (stored?.record.partition !== partition) {
      throw new IncompleteOutputError(`${name}: has no commit record`);
    }
    const { record, bytes } = stored;
    if (record.job !== job || record.jobDigest !== jobDigest) {
      throw new IncompleteOutputError(
        `${name}: its commit record is of job ${record.job} with other settings or program`,
      );
    }
    if (record.manifest.plan !== plan) {
      throw new IncompleteOutputError(
        `${name}: was made by another plan: other splits or cut points`,
      );
    }
    let exceptions: Exceptions = [];
    if (deterministic && record.manifest.consumed !== consumed) {
      const found = finished.exceptionsOf?.(partition, record.manifest.consumed);
      if (found === undefined) {
        throw new IncompleteOutputError(
          `${name}: was made from other map outputs than the job's last: a map that ran again gave ` +
            'different records. Is the program deterministic?',
        );
      }
      exceptions = found;
    }
    parts.push({
      attempt: record.attempt,
      record: toHex(digest.of(bytes)),
      consumed: record.manifest.consumed,
      ...(exceptions.length > 0 && { exceptions: [...exceptions] }),
    });
  }
  const aside = skipped && { skipped };
  return { version: 1, job, jobDigest, plan, deterministic, consumed, maps, ...aside, parts };
}

/** Whether the file is of this job, as far as it can be read. */
export function isSuccessOf(job: string, bytes: Uint8Array): boolean {
  return parseSealed(bytes)?.job === job;
}

export interface WriteSuccess {
  readonly fsync: boolean;
  /** Makes the name unique that it is written under: hex digits. */
  readonly token: string;
  /** Throws where another coordinator of this very job has taken over. */
  readonly checkInCharge: () => Promise<void>;
}

/**
 * Writes `_SUCCESS` (encoded): whole or not at all, under a name of its own and then by link. Where it exists
 * already, it is left as it is. Throws what `checkInCharge` throws before the link.
 */
export async function writeSuccess(
  disk: Disk,
  layout: OutputLayout,
  bytes: Uint8Array,
  { fsync, token, checkInCharge }: WriteSuccess,
): Promise<void> {
  const temporary = joinPath(layout.jobDirectory, `success-${token}`);
  await disk.write(temporary, bytes);
  // Only now: whoever takes over later, and takes the output back, first renames away what is linked here.
  await checkInCharge();
  try {
    await disk.link(temporary, layout.success);
  } catch (error) {
    if (!isDiskError(error, 'EEXIST')) throw error;
  }
  await disk.remove(temporary);
  if (fsync) await disk.fsyncDirectory(layout.directory);
}
