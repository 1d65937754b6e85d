import { availableParallelism, cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** How long most of a core must go unused: over less, a wait for the disk looks like it. */
const LOOK_MS = 200;
/** Of a core; the rest is what the command, the coordinator and heartbeats take meanwhile. */
const MOST = 0.75;

/** What this process's cores had stood idle in all, at some time; both in milliseconds. */
export interface IdleTime {
  readonly at: number;
  readonly idleMs: number;
}

/**
 * Resolves when most of a core goes unused, or after `longestMs`. Keeps no process alive. Where this
 * process may not use all cores of the machine, nobody tells of those that it may: then it is the latter.
 */
export async function coreIdle(longestMs: number, look = idleTime): Promise<void> {
  const began = performance.now();
  let before = look();
  while (performance.now() - began < longestMs) {
    await delay(LOOK_MS, undefined, { ref: false });
    const now = look();
    if (now.idleMs - before.idleMs >= MOST * (now.at - before.at)) return;
    before = now;
  }
}

function idleTime(): IdleTime {
  const cores = cpus();
  const isAll = cores.length === availableParallelism();
  const idleMs = isAll ? cores.reduce((sum, { times }) => sum + times.idle, 0) : 0;
  return { at: performance.now(), idleMs };
}
