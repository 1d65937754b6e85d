import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toDiskError } from '@mapreduce/service/node';
import { UnfitError } from '../core/errors.ts';
import { scratchFolder } from './command-notes.ts';
import { lockDirectory } from './lock-directory.ts';

/** A place on this machine's disk that no other worker uses. */
export interface ScratchDirectory {
  readonly path: string;
  /** Gives it up; what was made for one life alone is removed. */
  release(): Promise<void>;
}

/**
 * A directory in `given`, where the worker's next life finds what this one leaves; without it, one
 * that ends with this life. Throws `UnfitError` where another worker uses the one given, and `DiskError`
 * where the disk cannot be used.
 */
export async function claimScratch(given: string | undefined): Promise<ScratchDirectory> {
  try {
    return await claim(given);
  } catch (error) {
    throw error instanceof UnfitError ? error : toDiskError(error, 'use', given ?? tmpdir());
  }
}

async function claim(given: string | undefined): Promise<ScratchDirectory> {
  if (given === undefined) {
    const path = await mkdtemp(join(tmpdir(), 'mapreduce-worker-'));
    return { path, release: () => rm(path, { recursive: true, force: true }) };
  }
  const lock = await lockDirectory(given);
  return { path: join(given, scratchFolder), release: () => lock.release() };
}
