import { join } from 'node:path';

/**
 * Where a worker with this `--directory` notes the commands that its executors run, for whoever kills
 * them all at one moment. The names are the worker's.
 */
export function commandNotes(directory: string): string {
  return join(directory, 'scratch', 'commands');
}
