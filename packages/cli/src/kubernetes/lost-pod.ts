import { conditionOf, type JobObject } from './job-object.ts';

/** What to do about the output of a complete job, whose pod that would read it is not there. */
export function withoutPod(job: JobObject): string {
  const { name } = job.metadata;
  const lost = conditionOf(job, 'OutputLost');
  if (lost?.status === 'True') return `job ${name}: ${lost.message}`;
  if ('pvc' in job.spec.output) {
    const { claimName, path } = job.spec.output.pvc;
    const folder = path === '' ? '' : `, in folder ${path}`;
    return `job ${name}: its coordinator is gone, its output is not: mount claim ${claimName} where you want to read it, and run mapreduce cat there${folder}`;
  }
  return `job ${name}: its coordinator is gone; the operator makes another one, or says that the output went with it: try again in a few seconds`;
}
