/** What Linux tells of processes under /proc; nothing elsewhere. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const CLOCK_TICKS_PER_SECOND = 100;
const KERNEL_THREADS = 2;

export const hasProc = existsSync('/proc/self/smaps_rollup');

interface ProcessStatus {
  readonly parent: number;
  /** Its own, user and system. */
  readonly cpuSeconds: number;
}

/** Undefined where there is no such process (any more). */
export function processStatus(pid: number): ProcessStatus | undefined {
  const text = readIfThere(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The name before `)` may hold blanks; what follows are the fields from the third on.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  return { parent: field(4), cpuSeconds: (field(14) + field(15)) / CLOCK_TICKS_PER_SECOND };
}

/** Bytes of memory that a process accounts for, shared pages divided by their sharers. */
export function proportionalSetSize(pid: number): number {
  const match = /^Pss:\s+(\d+) kB/m.exec(readIfThere(`/proc/${pid}/smaps_rollup`) ?? '');
  return Number(match?.[1] ?? 0) * 1024;
}

/** Whether the process was started with `NAME=VALUE`; undefined where that cannot be told yet. */
export function wasStartedWith(pid: number, variable: string): boolean | undefined {
  const environment = readIfThere(`/proc/${pid}/environ`);
  if (environment !== undefined && environment !== '') {
    return environment.split('\0').includes(variable);
  }
  const isKernels = pid === KERNEL_THREADS || processStatus(pid)?.parent === KERNEL_THREADS;
  return isKernels ? false : undefined;
}

export function processes(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
