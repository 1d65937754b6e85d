import { readFileSync } from 'node:fs';
import { endedBy, type Ended } from './role-process.ts';

/** Why a process is not started again, for people: how it ended, the last error that it logged, and its log. */
export function givenUp(what: string, ended: Ended, log: string): string {
  const error = lastError(log);
  return `${what} (${endedBy(ended)})${error === undefined ? '' : `: ${error}`}; its log is ${log}`;
}

/** What the last line of a log says, where that is an error. */
function lastError(log: string): string | undefined {
  const line = linesOf(log).at(-1) ?? '';
  if (line.startsWith('error: ')) return line.slice('error: '.length);
  try {
    const { level, fact, error } = JSON.parse(line) as Readonly<Record<string, unknown>>;
    return level === 'error' ? String(error ?? fact) : undefined;
  } catch {
    return undefined;
  }
}

/** None where it cannot be read: the disk that it is on may be the reason. */
function linesOf(log: string): string[] {
  try {
    return readFileSync(log, 'utf8').trimEnd().split('\n');
  } catch {
    return [];
  }
}
