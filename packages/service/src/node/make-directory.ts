import { mkdirSync, statSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a directory and those above it where they are missing. Level by level: Node's own `recursive`
 * takes ENOENT for a missing parent, and asks without end where the parent is there but takes no
 * directory, as /proc.
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (await isDirectory(path)) return;
    const parent = dirname(path);
    if (!isMissing(error) || parent === path) throw error;
    await makeDirectory(parent);
    // Somebody may have made it meanwhile.
    await mkdir(path).catch(async (again: unknown) => {
      if (!(await isDirectory(path))) throw again;
    });
  }
}

/** The same at once. Returns the topmost directory that it has made, if any. */
export function makeDirectorySync(path: string): string | undefined {
  try {
    mkdirSync(path);
    return path;
  } catch (error) {
    if (isDirectorySync(path)) return undefined;
    const parent = dirname(path);
    if (!isMissing(error) || parent === path) throw error;
    const top = makeDirectorySync(parent);
    return made(path) ? (top ?? path) : top;
  }
}

/** Whether this call has made it: somebody may have done so meanwhile. */
function made(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (isDirectorySync(path)) return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}

function isDirectorySync(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
