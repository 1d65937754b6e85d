import type { Clock, Timer } from '../ports/clock.ts';

/** A timer of Node's that is to take longer, 25 days, fires at once. */
const longestMs = 2 ** 31 - 1;

/** Node's clock. Its timers do not keep the process alive: servers and children do. */
export const nodeClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(ms, task) {
    if (ms > longestMs) return afterLong(ms, task);
    const timer = setTimeout(task, ms).unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

/** One timer after the other. */
function afterLong(ms: number, task: () => void): Timer {
  let timer = nodeClock.after(longestMs, () => {
    timer = nodeClock.after(ms - longestMs, task);
  });
  return { cancel: () => timer.cancel() };
}
