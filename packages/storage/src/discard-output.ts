import type { Disk } from '@mapreduce/service';
import { orMissing } from './disk-errors.ts';
import type { OutputLayout } from './layout.ts';
import { readCommitRecords } from './commit-records.ts';
import type { PreparedOutput } from './prepare-output.ts';

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
  const gone = `${layout.jobDirectory}-discarded`;
  const committed = await readCommitRecords(disk, layout).catch(() => []);
  if ((await orMissing(disk.rename(layout.jobDirectory, gone).then(() => true))) === true) {
    for (const { record } of committed) {
      for (const file of record.manifest.files) await disk.remove(layout.part(file.name));
    }
  }
  await disk.remove(gone);
  await removeIfEmpty(disk, layout.jobs);
  if (created) await removeIfEmpty(disk, layout.directory);
}

async function removeIfEmpty(disk: Disk, directory: string): Promise<void> {
  const entries = await orMissing(disk.list(directory));
  if (entries?.length === 0) await disk.remove(directory);
}
