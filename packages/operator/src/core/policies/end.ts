import type { JobStatus } from '@mapreduce/protocol';
import { longestStack, type JobFile, type JobSpec } from '@mapreduce/protocol/resource';
import { outputDirectory } from '../children/coordinator-pod.ts';
import type { Draft } from '../draft.ts';
import type { Observed } from '../observed.ts';
import { formatTime } from '../time.ts';
import { attemptFailed, type Failure } from './backoff.ts';
import { fail } from './fail.ts';
import { currentReport } from './report.ts';

/**
 * Takes note of the end that the coordinator of the current generation reports. Nothing else completes
 * a job: what an older one says is not asked for.
 */
export function noteEnd(seen: Observed, draft: Draft, spec: JobSpec): void {
  const status = currentReport(seen);
  if (status === undefined) return;
  switch (status.state) {
    case 'running':
      return;
    case 'succeeded':
      complete(seen, draft, status);
      return;
    case 'cancelled':
      fail(seen, draft, 'Cancelled', status.error?.cause.message ?? 'the job was cancelled');
      return;
    case 'failed':
      attemptFailed(seen, draft, spec, failureOf(status));
  }
}

function complete({ now, source, job }: Observed, draft: Draft, { progress }: JobStatus): void {
  const { recordsWritten, bytesWritten } = progress;
  const message = `${recordsWritten} records in ${bytesWritten} bytes were written`;
  draft.condition({ type: 'Complete', status: 'True', reason: 'Succeeded', message });
  draft.condition({ type: 'Running', status: 'False', reason: 'Succeeded', message: '' });
  if (draft.status.conditions?.some(({ type }) => type === 'Degraded') === true) {
    draft.condition({ type: 'Degraded', status: 'False', reason: 'Succeeded', message: '' });
  }
  draft.set({
    phase: 'Succeeded',
    completionTime: formatTime(now),
    ...(source !== undefined && {
      output: { location: locationOf(job.name, draft, source.file), recordsWritten, bytesWritten },
    }),
  });
  draft.event('Normal', 'Completed', message);
}

/** Where the output is to be found. */
export function locationOf(name: string, draft: Draft, file: JobFile): string {
  const { output } = file.spec;
  if ('pvc' in output) return `pvc://${output.pvc.claimName}/${output.pvc.path}`;
  const { generation = 0 } = draft.status.coordinator ?? {};
  return `pod://${name}-coordinator-${generation}${outputDirectory(file)}`;
}

function failureOf({ error }: JobStatus): Failure {
  if (error === undefined || error.code === 'cancelled') {
    return { code: 'internal', message: 'the coordinator gave no reason' };
  }
  const { code, cause, task } = error;
  const { message, file, offset, stack } = cause;
  return {
    code,
    message,
    ...(task !== undefined && { task }),
    ...(file !== undefined && { file }),
    ...(offset !== undefined && { offset }),
    ...(stack !== undefined && { stack: stack.slice(0, longestStack) }),
  };
}
