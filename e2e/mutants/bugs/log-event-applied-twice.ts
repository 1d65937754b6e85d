import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'Events of the completion log that were here already are applied again.',
  file: 'packages/worker/src/core/shuffle/completion-log.ts',
  find: 'for (let i = known; i < events.length; i++) {',
  replace: 'for (let i = 0; i < events.length; i++) {',
  caughtBy: {
    file: 'packages/worker/src/core/shuffle/completion-log.test.ts',
    name: 'CompletionLog events that were here already, or come too early, are passed over',
  },
};
