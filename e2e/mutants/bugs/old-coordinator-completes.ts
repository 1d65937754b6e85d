import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'What a coordinator of an earlier generation says ends the job.',
  file: 'packages/operator/src/core/policies/report.ts',
  find: 'pod !== undefined && report?.podUid === pod.uid ? report.status',
  replace: 'pod !== undefined ? report?.status',
  caughtBy: {
    file: 'packages/operator/src/core/plan.test.ts',
    name: 'a job that runs does not hear a coordinator of an earlier generation',
  },
};
