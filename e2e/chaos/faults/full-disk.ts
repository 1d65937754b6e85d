import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { configure } from '../world/network.ts';
import type { World } from '../world/world.ts';
import type { Heal } from './links.ts';

/** Lays a small file system over an empty directory. Needs a mount namespace of one's own. */
export function smallDisk(directory: string, bytes: number): void {
  configure('mount', '-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', directory);
}

/** Fills the file system that lies over `directory` to the last byte. */
export function fillDisk(world: World, name: string, directory: string): Heal {
  const ballast = join(directory, 'ballast');
  const file = openSync(ballast, 'w');
  const chunk = Buffer.alloc(2 ** 16);
  try {
    for (;;) writeSync(file, chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
  const { bavail } = statfsSync(directory);
  if (bavail > 0) throw new Error(`${directory}: ${bavail} blocks are still free`);
  world.setting.recorder.fired('full disk', name);
  return () => rmSync(ballast);
}
