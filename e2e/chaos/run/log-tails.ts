import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

const lines = 25;

/** The last lines of every process of a run, and where the rest is. */
export function logTails(directory: string): string {
  const tails = globSync(`${directory}/*.log`).map((file) => {
    const text = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
    return `--- ${basename(file)}\n${text}`;
  });
  return [...tails, `--- kept: ${directory}`].join('\n');
}
