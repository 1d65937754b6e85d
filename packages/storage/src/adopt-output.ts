import type { Disk } from '@mapreduce/service';
import { readCommitRecords, type StoredCommitRecord } from './commit-records.ts';
import { orMissing } from './disk-errors.ts';
import { fsyncNames } from './durable-directory.ts';
import type { OutputLayout } from './layout.ts';
import { OutputError } from './output-error.ts';

export interface AdoptOutput {
  readonly jobDigest: string;
  /** The job's journal says that the directory was made ready for it. */
  readonly isKnown: boolean;
  /** What the nonce file is to hold where an earlier life did not come to write it. */
  readonly nonce: string;
}

export interface AdoptedOutput {
  readonly nonce: string;
  /** Parts that are committed, in order of partition. */
  readonly committed: readonly StoredCommitRecord[];
}

/**
 * Takes over the output directory that an earlier life of the job's coordinator made ready: its own
 * folder is there, and all commit records are of the same settings and program. Nothing where it is
 * not so. Without a journal, a folder beside a `_SUCCESS` is that of a run that has ended. Throws
 * `OutputError` where the journal says otherwise.
 */
export async function adoptOutput(
  disk: Disk,
  layout: OutputLayout,
  { isKnown, jobDigest, nonce }: AdoptOutput,
): Promise<AdoptedOutput | undefined> {
  if ((await orMissing(disk.status(layout.jobDirectory))) === undefined) {
    if (!isKnown) return undefined;
    throw new OutputError(
      `output directory ${layout.directory}: what the job had written there is gone`,
    );
  }
  if (!isKnown && (await orMissing(disk.status(layout.success))) !== undefined) return undefined;
  const committed = await readCommitRecords(disk, layout);
  const foreign = committed.find(
    ({ record }) => record.job !== layout.job || record.jobDigest !== jobDigest,
  );
  if (foreign !== undefined) {
    if (!isKnown) return undefined;
    const { partition } = foreign.record;
    throw new OutputError(
      `${layout.commit(partition)}: is of another job, or of other settings or another program`,
    );
  }
  for (const directory of [layout.attempts, layout.commits]) await disk.makeDirectory(directory);
  const adopted = { nonce: await keepNonce(disk, layout, nonce), committed };
  await fsyncOutput(disk, layout);
  return adopted;
}

/**
 * Makes durable what commit records lie in: a power cut must not take committed parts away, since
 * their records are acknowledged. `made`: ancestors of the output directory that are new, too.
 */
export async function fsyncOutput(
  disk: Disk,
  layout: OutputLayout,
  made: readonly string[] = [],
): Promise<void> {
  const { commits, directory, jobDirectory, jobs } = layout;
  for (const path of [commits, jobDirectory, jobs, directory]) await disk.fsyncDirectory(path);
  // The name of a directory is its parent's to keep.
  await fsyncNames(disk, [directory, ...made]);
}

/** The nonce that workers were told; a torn one was told to nobody. */
async function keepNonce(disk: Disk, layout: OutputLayout, nonce: string): Promise<string> {
  const bytes = await orMissing(disk.read(layout.nonce));
  const found = new TextDecoder().decode(bytes);
  if (found.length === nonce.length) return found;
  await disk.remove(layout.nonce);
  await disk.write(layout.nonce, new TextEncoder().encode(nonce));
  return nonce;
}
