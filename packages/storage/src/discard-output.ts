import type { Disk } from '@mapreduce/service';
import { partFileBelongsTo } from './commit-record.ts';
import { orMissing } from './disk-errors.ts';
import { OutputLayout, partitionOf } from './layout.ts';
import { isSuccessOf } from './success.ts';

/** What preparing an output has made, so that a failed job can take it back. */
export interface PreparedOutput {
  /** The output directory itself was made for the job. */
  readonly created: boolean;
}

/**
 * Takes back what a job that failed or was cancelled has written: its `_SUCCESS`, if its end came that
 * close, its parts' final names, its own folder, and the output directory if the job made it and it is
 * empty again. The folder is renamed before anything is deleted, so that an attempt that still runs gets
 * ENOENT, and a coordinator that has been replaced can link no `_SUCCESS` any more. Idempotent.
 */
export async function discardOutput(
  disk: Disk,
  layout: OutputLayout,
  { created }: PreparedOutput,
): Promise<void> {
  const gone = new OutputLayout(layout.directory, `${layout.job}-discarded`);
  // One that an earlier call left half way goes first.
  await removeJob(disk, layout, gone);
  const renamed = disk.rename(layout.jobDirectory, gone.jobDirectory).then(() => true);
  if ((await orMissing(renamed)) === true) await removeJob(disk, layout, gone);
  await removeIfEmpty(disk, layout.jobs);
  if (created) await removeIfEmpty(disk, layout.directory);
}

/** Nobody commits to this folder any more: its records tell all that was given a final name. */
async function removeJob(disk: Disk, layout: OutputLayout, gone: OutputLayout): Promise<void> {
  if ((await orMissing(disk.status(gone.jobDirectory))) === undefined) return;
  const success = await orMissing(disk.read(layout.success));
  // First: while it is there, the parts count as an output.
  if (success !== undefined && isSuccessOf(layout.job, success)) await disk.remove(layout.success);
  // By name: what a record that is damaged says is not needed.
  const records = (await orMissing(disk.list(gone.commits))) ?? [];
  const committed = new Set(records.map(partitionOf));
  for (const name of (await orMissing(disk.list(layout.directory))) ?? []) {
    const partition = partitionOf(name);
    if (partition === undefined || !committed.has(partition)) continue;
    if (partFileBelongsTo(partition, name)) await disk.remove(layout.part(name));
  }
  await disk.remove(gone.jobDirectory);
}

async function removeIfEmpty(disk: Disk, directory: string): Promise<void> {
  const entries = await orMissing(disk.list(directory));
  if (entries?.length === 0) await disk.remove(directory);
}
