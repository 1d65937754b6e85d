import type { Clock } from '../ports/clock.ts';

/** Node's clock. Its timers do not keep the process alive: servers and children do. */
export const nodeClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms).unref();
    return { cancel: () => clearTimeout(timer) };
  },
};
