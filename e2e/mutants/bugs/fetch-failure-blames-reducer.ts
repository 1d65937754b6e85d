import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A reduce that reports a failed fetch is charged with a failure of its own.',
  file: 'packages/scheduler/src/map-outputs.ts',
  find: 'state.totals.fetchFailures++;',
  replace:
    'state.totals.fetchFailures++;\n  state.tasks.reduce.troubleOf(report.reporter.index).failures++;',
  caughtBy: {
    file: 'packages/scheduler/src/policies/fetch-failure.test.ts',
    name: 'a failed fetch is not charged to the reduce that reports it, however many there are',
  },
};
