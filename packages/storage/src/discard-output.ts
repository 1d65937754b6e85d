import type { Disk } from '@mapreduce/service';
import { orMissing } from './disk-errors.ts';
import { OutputLayout } from './layout.ts';
import { readCommitRecords } from './commit-records.ts';

/** What preparing an output has made, so that a failed job can take it back. */
export interface PreparedOutput {
  /** The output directory itself was made for the job. */
  readonly created: boolean;
}

/**
 * Takes back what a job that failed or was cancelled has written: its parts' final names, its own
 * folder, and the output directory if the job made it and it is empty again. The folder is renamed
 * before it is deleted, so that an attempt that still runs gets ENOENT. Idempotent. A job that has
 * its `_SUCCESS` is left alone.
 */
export async function discardOutput(
  disk: Disk,
  layout: OutputLayout,
  { created }: PreparedOutput,
): Promise<void> {
  if ((await orMissing(disk.status(layout.success))) !== undefined) return;
  const gone = new OutputLayout(layout.directory, `${layout.job}-discarded`);
  // One that an earlier call left half way goes first.
  await removeJob(disk, gone);
  const renamed = disk.rename(layout.jobDirectory, gone.jobDirectory).then(() => true);
  if ((await orMissing(renamed)) === true) await removeJob(disk, gone);
  await removeIfEmpty(disk, layout.jobs);
  if (created) await removeIfEmpty(disk, layout.directory);
}

/** Nobody commits to this folder any more: its records tell all that was given a final name. */
async function removeJob(disk: Disk, gone: OutputLayout): Promise<void> {
  const committed = await readCommitRecords(disk, gone).catch(() => []);
  for (const { record } of committed) {
    for (const file of record.manifest.files) await disk.remove(gone.part(file.name));
  }
  await disk.remove(gone.jobDirectory);
}

async function removeIfEmpty(disk: Disk, directory: string): Promise<void> {
  const entries = await orMissing(disk.list(directory));
  if (entries?.length === 0) await disk.remove(directory);
}
