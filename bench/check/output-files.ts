import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The parts in an output directory, in order of name: all files but those with `_` or `.` ahead. */
export function outputFiles(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^[_.]/.test(entry.name))
    .map((entry) => join(directory, entry.name))
    .sort();
}
