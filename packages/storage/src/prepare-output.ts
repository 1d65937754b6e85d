import { DiskError, joinPath, type Disk } from '@mapreduce/service';
import { fsyncOutput } from './adopt-output.ts';
import { discardOutput, endDiscard, type PreparedOutput } from './discard-output.ts';
import { isDiskError, orMissing } from './disk-errors.ts';
import { missingAncestors } from './durable-directory.ts';
import { isFormerOutput, notReplaced } from './former-output.ts';
import { jobsFolder, trashPrefix, type OutputLayout } from './layout.ts';
import { OutputError } from './output-error.ts';

export interface PrepareOutput {
  /** Replaces the output of an earlier job; anything else is refused. */
  readonly overwrite: boolean;
  /** What the nonce file is to hold. */
  readonly nonce: string;
  /** Makes names of folders that are on their way out unique: hex digits. */
  readonly token: string;
  /**
   * Throws where another coordinator of this very job has taken over: asked before anything is taken
   * away.
   */
  readonly checkInCharge: () => Promise<void>;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'its file system is read-only',
  ENOSPC: 'its disk is full',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'a part of the path is a file, or a link to nothing',
};

/** An error of the output directory's disk, as one sentence that says what is wrong with it. */
export function outputError(directory: string, error: DiskError): OutputError {
  const reason = reasons[error.code] ?? error.message;
  return new OutputError(`output directory ${directory}: cannot be written: ${reason}`, {
    cause: error,
  });
}

/**
 * Makes the output directory ready for a job: empty or absent before, afterwards it holds the job's
 * own folder with its nonce. With `overwrite`, an earlier output is renamed away before it is deleted,
 * so that an attempt of its job that still runs finds nothing to commit to. Throws `OutputError`.
 */
export async function prepareOutput(
  disk: Disk,
  layout: OutputLayout,
  { overwrite, nonce, token, checkInCharge }: PrepareOutput,
): Promise<PreparedOutput> {
  let isAbsent = false;
  try {
    await endDiscard(disk, layout, checkInCharge);
    const entries = await entriesOf(disk, layout);
    isAbsent = entries === undefined;
    if (entries !== undefined && entries.length > 0) {
      if (!overwrite) throw notEmpty(layout.directory, entries);
      if (!isFormerOutput(entries)) {
        throw new OutputError(`output directory ${layout.directory}: ${notReplaced}`);
      }
      await clear(disk, layout, token, checkInCharge);
    }
    const made = entries === undefined ? await missingAncestors(disk, layout.directory) : [];
    await disk.makeDirectory(layout.attempts);
    await checkAlone(disk, layout, checkInCharge);
    await disk.makeDirectory(layout.commits);
    await disk.write(layout.nonce, new TextEncoder().encode(nonce));
    await fsyncOutput(disk, layout, made);
    return { created: isAbsent };
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    // What was made before it failed; where that fails too, there is nothing more to say.
    await checkInCharge();
    await discardOutput(disk, layout, { created: isAbsent }).catch(() => undefined);
    throw outputError(layout.directory, error);
  }
}

async function entriesOf(
  disk: Disk,
  { directory, jobs }: OutputLayout,
): Promise<string[] | undefined> {
  const status = await orMissing(disk.status(directory));
  if (status === undefined) return undefined;
  if (!status.isDirectory) {
    throw new OutputError(
      `output directory ${directory}: is a file; name a directory that is empty or absent`,
    );
  }
  const entries = (await disk.list(directory)).filter(isOutputs);
  // A job that took its output back may have died before it came to its folder's folder.
  const isBare = entries.every((entry) => entry === jobsFolder);
  return isBare && entries.length > 0 && (await disk.list(jobs)).length === 0 ? [] : entries;
}

/** At the root of a volume lies a folder of its file system's own. */
function isOutputs(entry: string): boolean {
  return entry !== 'lost+found';
}

function notEmpty(directory: string, entries: readonly string[]): OutputError {
  const some = entries.slice(0, 3).join(', ') + (entries.length > 3 ? ', …' : '');
  return new OutputError(
    `output directory ${directory}: not empty (${some}); ` +
      'name another directory, or pass --overwrite to replace its contents',
  );
}

/**
 * Throws where another job has come to write to the directory as well: their parts have the same
 * names. Each makes its own folder before it looks, so at most one of them sees nobody.
 */
async function checkAlone(
  disk: Disk,
  layout: OutputLayout,
  checkInCharge: PrepareOutput['checkInCharge'],
): Promise<void> {
  const jobs = await disk.list(layout.jobs);
  const other = jobs.find((job) => job !== layout.job);
  if (other === undefined) return;
  await checkInCharge();
  await discardOutput(disk, layout, { created: false });
  throw new OutputError(
    `output directory ${layout.directory}: job ${other} is writing to it too; ` +
      'name another directory, or start again when that job has ended',
  );
}

/**
 * Empties the directory by renaming each entry into a trash folder of it, then deletes that. The
 * directory itself stays: it may be a mount point. Jobs' folders go first, since nothing can get a
 * final name out of one that is gone; and what got one until then is found by looking again.
 */
async function clear(
  disk: Disk,
  { directory }: OutputLayout,
  token: string,
  checkInCharge: PrepareOutput['checkInCharge'],
): Promise<void> {
  const trash = `${trashPrefix}${token}`;
  await disk.makeDirectory(joinPath(directory, trash));
  for (let round = 0; ; round++) {
    const entries = (await disk.list(directory)).filter(
      (entry) => entry !== trash && isOutputs(entry),
    );
    if (entries.length === 0) break;
    await checkInCharge();
    entries.sort((a, b) => Number(b === jobsFolder) - Number(a === jobsFolder));
    const target = joinPath(directory, trash, String(round));
    await disk.makeDirectory(target);
    for (const entry of entries) {
      try {
        await disk.rename(joinPath(directory, entry), joinPath(target, entry));
      } catch (error) {
        if (!isDiskError(error, 'ENOENT')) throw error;
      }
    }
  }
  await disk.fsyncDirectory(directory);
  await disk.remove(joinPath(directory, trash));
}
