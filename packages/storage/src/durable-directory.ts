import type { Disk } from '@mapreduce/service';
import { isDiskError, orMissing } from './disk-errors.ts';

/** Makes the directory where it is missing, with those above it, so that a power cut keeps its name. */
export async function makeDurableDirectory(disk: Disk, path: string): Promise<void> {
  const made = await missingAncestors(disk, path);
  await disk.makeDirectory(path);
  await fsyncNames(disk, [path, ...made]);
}

/** Makes the names of directories durable, each in the one above it. */
export async function fsyncNames(disk: Disk, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    try {
      await disk.fsyncDirectory(parentPath(path));
    } catch (error) {
      // A directory that this user may not even open was not changed by this user.
      if (!isDiskError(error, 'EACCES') && !isDiskError(error, 'EPERM')) throw error;
    }
  }
}

/** Directories above `path` that are yet to be made, the nearest first. */
export async function missingAncestors(disk: Disk, path: string): Promise<string[]> {
  const missing: string[] = [];
  for (let above = parentPath(path); above !== '/' && above !== '.'; above = parentPath(above)) {
    if ((await orMissing(disk.status(above))) !== undefined) break;
    missing.push(above);
  }
  return missing;
}

/** The directory that a path's last name is in. */
export function parentPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  const parent = parts.slice(0, -1).join('/');
  if (path.startsWith('/')) return `/${parent}`;
  return parent === '' ? '.' : parent;
}
