import { readdirSync } from 'node:fs';

/**
 * Ends the commands that are noted in a directory, with all that they have started: those of one
 * executor, or of all. A note is an empty file called `EXECUTOR-COMMAND`, by process ids; it is there
 * as long as the command runs. For executors that were killed, and so could not do it themselves.
 */
export function killCommands(directory: string, executor?: number): void {
  for (const note of notesIn(directory)) {
    const [owner, group] = note.split('-').map(Number);
    if (group === undefined || !Number.isInteger(group)) continue;
    if (executor === undefined || owner === executor) killGroup(group);
  }
}

/** SIGKILL to every process of a group. */
export function killGroup(group: number): void {
  // Group 1 and lower numbers mean others than a group of ours.
  if (group <= 1) return;
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}

function notesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    // No command was ever started.
    return [];
  }
}
