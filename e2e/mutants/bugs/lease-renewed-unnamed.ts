import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Any heartbeat of its worker renews a lease, whether it names the attempt or not.',
  file: 'packages/scheduler/src/policies/expiry.ts',
  find: 'if (attempt.missed < MISSED_HEARTBEATS) continue;',
  replace: 'if (attempt.missed < Infinity) continue;',
  caughtBy: 'simulator',
};
