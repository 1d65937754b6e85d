import { readdirSync, readFileSync } from 'node:fs';

/** One process, as /proc shows it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly command: readonly string[];
}

function entry(pid: number): ProcessEntry | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent] = status.slice(status.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z') return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return { pid, parent: Number(parent), command };
  } catch {
    return undefined;
  }
}

/** Whether a process is there, and not merely waits for its parent to notice its end. */
export function isAlive(pid: number): boolean {
  return entry(pid) !== undefined;
}

/** Every living process below `ancestor`. */
export function descendants(ancestor: number): ProcessEntry[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => entry(Number(name)) ?? []);
  const found = new Set([ancestor]);
  const result: ProcessEntry[] = [];
  for (let grew = true; grew;) {
    grew = false;
    for (const process of all) {
      if (found.has(process.pid) || !found.has(process.parent)) continue;
      found.add(process.pid);
      result.push(process);
      grew = true;
    }
  }
  return result;
}

export type ProcessRole = 'coordinator' | 'worker' | 'executor';

/** The processes of one role below a `mapreduce run`. */
export function processesOf(ancestor: number, role: ProcessRole): ProcessEntry[] {
  return descendants(ancestor).filter(({ command }) => command.includes(role));
}

/** Calls `probe` every 10 ms until it gives something; fails after `ms`. */
export async function until<T>(what: string, ms: number, probe: () => T | undefined): Promise<T> {
  const deadline = performance.now() + ms;
  for (;;) {
    const found = probe();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
