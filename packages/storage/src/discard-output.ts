import type { Disk } from '@mapreduce/service';
import { partFileBelongsTo } from './commit-record.ts';
import { orMissing } from './disk-errors.ts';
import { fsyncNames } from './durable-directory.ts';
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
 * ENOENT, and a coordinator that has been replaced can link no `_SUCCESS` any more. No power cut brings
 * any of it back. Where an fsync fails, that is thrown when all else is done. Idempotent.
 */
export async function discardOutput(
  disk: Disk,
  layout: OutputLayout,
  { created }: PreparedOutput,
): Promise<void> {
  const gone = discarded(layout);
  const syncs = new Syncs(disk);
  // One that an earlier call left half way goes first.
  await removeJob(disk, layout, gone, syncs);
  const renamed = disk.rename(layout.jobDirectory, gone.jobDirectory).then(() => true);
  if ((await orMissing(renamed)) === true) await removeJob(disk, layout, gone, syncs);
  await removeIfEmpty(disk, layout.jobs);
  // Also where nothing was left to remove: an earlier call may have died before it came to this.
  await syncs.directory(layout.jobs);
  await syncs.directory(layout.directory);
  if (created) {
    await removeIfEmpty(disk, layout.directory);
    await syncs.name(layout.directory);
  }
  syncs.check();
}

/**
 * Ends what an earlier life of the job began to take back and left half way, if there is any such. Throws
 * what `checkInCharge` throws before that.
 */
export async function endDiscard(
  disk: Disk,
  layout: OutputLayout,
  checkInCharge: () => Promise<void>,
): Promise<void> {
  const gone = discarded(layout);
  if ((await orMissing(disk.status(gone.jobDirectory))) === undefined) return;
  await checkInCharge();
  const syncs = new Syncs(disk);
  await removeJob(disk, layout, gone, syncs);
  syncs.check();
}

/** Where a job's folder is while it is being removed. */
function discarded({ directory, job }: OutputLayout): OutputLayout {
  return new OutputLayout(directory, `${job}-discarded`);
}

/** Fsyncs whose failure does not keep the rest from going. */
class Syncs {
  readonly #disk: Disk;
  readonly #failures: unknown[] = [];

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** Of what is in the directory, where that is still there. */
  directory(path: string): Promise<void> {
    return this.#late(this.#disk.fsyncDirectory(path));
  }

  /** Of the directory's own name. */
  name(path: string): Promise<void> {
    return this.#late(fsyncNames(this.#disk, [path]));
  }

  /** Throws the first failure. */
  check(): void {
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  async #late(fsync: Promise<void>): Promise<void> {
    await orMissing(fsync).catch((error: unknown) => this.#failures.push(error));
  }
}

/** Nobody commits to this folder any more: its records tell all that was given a final name. */
async function removeJob(
  disk: Disk,
  layout: OutputLayout,
  gone: OutputLayout,
  syncs: Syncs,
): Promise<void> {
  if ((await orMissing(disk.status(gone.jobDirectory))) === undefined) return;
  const success = await orMissing(disk.read(layout.success));
  // First: while it is there, the parts count as an output.
  if (success !== undefined && isSuccessOf(layout.job, success)) {
    await disk.remove(layout.success);
    await syncs.directory(layout.directory);
  }
  // By name: what a record that is damaged says is not needed.
  const records = (await orMissing(disk.list(gone.commits))) ?? [];
  const committed = new Set(records.map(partitionOf));
  for (const name of (await orMissing(disk.list(layout.directory))) ?? []) {
    const partition = partitionOf(name);
    if (partition === undefined || !committed.has(partition)) continue;
    if (partFileBelongsTo(partition, name)) await disk.remove(layout.part(name));
  }
  // Before the records go, without which nobody would know whose parts a power cut has brought back.
  await syncs.directory(layout.directory);
  await disk.remove(gone.jobDirectory);
}

async function removeIfEmpty(disk: Disk, directory: string): Promise<void> {
  const entries = await orMissing(disk.list(directory));
  if (entries?.length === 0) await disk.remove(directory);
}
