import type { JobObject } from './job-object.ts';

/** What to do about the output of a complete job, whose pod that would read it is not there. */
export function withoutPod({ metadata: { name }, spec, status }: JobObject): string {
  if ('pvc' in spec.output) {
    const { claimName, path } = spec.output.pvc;
    const folder = path === '' ? '' : `, in folder ${path}`;
    return `job ${name}: its coordinator is gone, its output is not: mount claim ${claimName} where you want to read it, and run mapreduce cat there${folder}`;
  }
  if ('claim' in spec.coordinator.volume) {
    return `job ${name}: another coordinator is about to serve its output; try again in a few seconds`;
  }
  const pod = status?.coordinator?.pod ?? 'the pod';
  return `job ${name}: ${pod}, which alone held its output, is gone; run the job again, and see spec.coordinator.volume.claim or spec.output.pvc`;
}
