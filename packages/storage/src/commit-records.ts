import { joinPath, type Disk } from '@mapreduce/service';
import { decodeCommitRecord, type CommitRecord } from './commit-record.ts';
import { orMissing } from './disk-errors.ts';
import type { OutputLayout } from './layout.ts';

/** A commit record with the bytes it was read from, which `_SUCCESS` names by digest. */
export interface StoredCommitRecord {
  readonly record: CommitRecord;
  readonly bytes: Uint8Array;
}

/** The partition's commit record, if it is committed. Throws where the file is damaged. */
export async function readCommitRecord(
  disk: Disk,
  layout: OutputLayout,
  partition: number,
): Promise<StoredCommitRecord | undefined> {
  const path = layout.commit(partition);
  const bytes = await orMissing(disk.read(path));
  if (bytes === undefined) return undefined;
  const record = decodeCommitRecord(path, bytes);
  if (record.partition !== partition) {
    throw new Error(`${path}: names partition ${record.partition}, not ${partition}`);
  }
  return { record, bytes };
}

/** Every part that is committed, in order of partition. Throws where a record is damaged. */
export async function readCommitRecords(
  disk: Disk,
  layout: OutputLayout,
): Promise<StoredCommitRecord[]> {
  const names = (await orMissing(disk.list(layout.commits))) ?? [];
  const records: StoredCommitRecord[] = [];
  for (const name of names) {
    const path = joinPath(layout.commits, name);
    const bytes = await disk.read(path);
    const record = decodeCommitRecord(path, bytes);
    if (path !== layout.commit(record.partition)) {
      throw new Error(`${path}: names partition ${record.partition}`);
    }
    records.push({ record, bytes });
  }
  return records.sort((a, b) => a.record.partition - b.record.partition);
}
