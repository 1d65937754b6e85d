import { allEnded, joinPath, type Disk } from '@mapreduce/service';
import { encodeCommitRecord, type CommitRecord } from './commit-record.ts';
import { readCommitRecord } from './commit-records.ts';
import { isDiskError, orMissing } from './disk-errors.ts';
import type { OutputLayout } from './layout.ts';

export interface CommitOptions {
  /** Whether to make every step durable before the next; the data files are the caller's. */
  readonly fsync: boolean;
}

/**
 * Commits a part whose files lie in `attemptDirectory`, already durable: writes the record beside
 * them and links it to the partition's name. Whoever links first has won, whatever a coordinator
 * believes. Returns the winner's record: this one, or the one that was there. Safe to repeat; calls
 * for one attempt must not overlap.
 */
export async function commitPart(
  disk: Disk,
  layout: OutputLayout,
  record: CommitRecord,
  attemptDirectory: string,
  { fsync }: CommitOptions,
): Promise<CommitRecord> {
  const own = joinPath(attemptDirectory, 'commit.json');
  await allEnded([
    writeRecord(disk, own, encodeCommitRecord(record)),
    // The record must not outlive the files that it names.
    ...(fsync ? [disk.fsyncDirectory(attemptDirectory), disk.fsyncDirectory(layout.attempts)] : []),
  ]);
  let isLinked = true;
  try {
    await disk.link(own, layout.commit(record.partition));
  } catch (error) {
    if (!isDiskError(error, 'EEXIST')) throw error;
    isLinked = false;
  }
  // Also for a loser: it is about to act on a link that the winner may not have made durable yet.
  if (fsync) await disk.fsyncDirectory(layout.commits);
  if (isLinked) return record;
  // It may be this very one: a link whose answer was lost, or an earlier call.
  const winner = await readCommitRecord(disk, layout, record.partition);
  if (winner === undefined) {
    throw new Error(`${layout.commit(record.partition)}: linked, but no longer there`);
  }
  return winner.record;
}

/**
 * Gives a committed part's files their final names, by link. Idempotent, and anyone who has read the
 * record may call it: a final name can only ever lead to the winner's file.
 */
export async function publishPart(
  disk: Disk,
  layout: OutputLayout,
  winner: CommitRecord,
  { fsync }: CommitOptions,
): Promise<void> {
  for (const file of winner.manifest.files) {
    const final = layout.part(file.name);
    try {
      await disk.link(joinPath(layout.attempt(winner.attempt), file.name), final);
    } catch (error) {
      if (!isDiskError(error, 'EEXIST') && !isDiskError(error, 'ENOENT')) throw error;
      const status = await orMissing(disk.status(final));
      if (status === undefined) throw error;
      if (status.size !== file.length) {
        throw new Error(
          `${final}: has ${status.size} bytes, but its commit record says ${file.length}`,
          { cause: error },
        );
      }
    }
  }
  if (fsync) await disk.fsyncDirectory(layout.directory);
}

/** An earlier call of this attempt may have died half way; its record was then never linked. */
async function writeRecord(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  try {
    await disk.write(path, bytes);
  } catch (error) {
    if (!isDiskError(error, 'EEXIST')) throw error;
    const before = await disk.read(path);
    if (before.length === bytes.length && before.every((byte, i) => byte === bytes[i])) return;
    await disk.remove(path);
    await disk.write(path, bytes);
  }
}
