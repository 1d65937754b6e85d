import { join } from 'node:path';
import { commandsFolder } from '../core/ports.ts';

/** In the directory that a worker is given: what is its own while it holds the lock. */
export const scratchFolder = 'scratch';

/**
 * Where a worker with this `--directory` notes the commands that its executors run, for whoever kills
 * them all at one moment.
 */
export function commandNotes(directory: string): string {
  return join(directory, scratchFolder, commandsFolder);
}
