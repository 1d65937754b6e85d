import { digestSchema, skippedRecordSchema, type DigestHex } from '@mapreduce/protocol';
import { joinPath, type Digest, type Disk } from '@mapreduce/service';
import * as z from 'zod';
import { orMissing } from './disk-errors.ts';
import { toHex } from './hex.ts';
import type { OutputLayout } from './layout.ts';

const skippedLineSchema = z.strictObject({ file: z.string(), ...skippedRecordSchema.shape });

/** A line of the file that bad records are written aside to. */
export type SkippedLine = z.infer<typeof skippedLineSchema>;

/** What `_SUCCESS` says of that file. */
export const skippedSummarySchema = z.strictObject({
  records: z.int().min(1),
  /** Of the whole file. */
  sha256: digestSchema,
});
export type SkippedSummary = z.infer<typeof skippedSummarySchema>;

/**
 * Writes bad records aside, whole and durable, in place of what an earlier life of the coordinator may
 * have left. Without records there is no file. Once there is a `_SUCCESS`, all stays as it is.
 */
export async function writeSkipped(
  disk: Disk,
  digest: Digest,
  layout: OutputLayout,
  lines: Iterable<SkippedLine>,
  { fsync, token }: { readonly fsync: boolean; readonly token: string },
): Promise<SkippedSummary | undefined> {
  const texts = Array.from(lines, ({ file, offset, length, message, record }) =>
    JSON.stringify({ file, offset, length, message, record }),
  );
  const isDone = (await orMissing(disk.status(layout.success))) !== undefined;
  if (texts.length === 0) {
    if (!isDone) await disk.remove(layout.skipped);
    return undefined;
  }
  const bytes = new TextEncoder().encode(`${texts.join('\n')}\n`);
  if (!isDone) {
    const temporary = joinPath(layout.jobDirectory, `skipped-${token}`);
    await disk.write(temporary, bytes);
    await disk.rename(temporary, layout.skipped);
    if (fsync) await disk.fsyncDirectory(layout.jobDirectory);
  }
  return { records: texts.length, sha256: digestOf(digest, bytes) };
}

/** What is wrong with the file, given what `_SUCCESS` says of it; undefined if nothing is. */
export async function skippedFault(
  disk: Disk,
  digest: Digest,
  layout: OutputLayout,
  expected: SkippedSummary | undefined,
): Promise<string | undefined> {
  const bytes = await orMissing(disk.read(layout.skipped));
  if (bytes === undefined) return expected && 'missing, though records were skipped';
  if (expected === undefined) return '_SUCCESS says that no record was skipped';
  if (digestOf(digest, bytes) !== expected.sha256) return 'its sha256 is not the one in _SUCCESS';
  const lines = linesOf(bytes);
  if (lines === undefined) return 'not what a job writes aside';
  if (lines === expected.records) return undefined;
  return `has ${lines} records, but _SUCCESS says ${expected.records}`;
}

/** How many lines it has; undefined where one is none. */
function linesOf(bytes: Uint8Array): number | undefined {
  try {
    const lines = new TextDecoder().decode(bytes).trimEnd().split('\n');
    for (const line of lines) skippedLineSchema.parse(JSON.parse(line));
    return lines.length;
  } catch {
    return undefined;
  }
}

function digestOf(digest: Digest, bytes: Uint8Array): DigestHex {
  return toHex(digest.of(bytes));
}
