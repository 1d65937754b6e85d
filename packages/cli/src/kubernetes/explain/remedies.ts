import type { FailureCode } from '@mapreduce/protocol/resource';

/** What to do about a job, or an attempt of it, that failed with that code. */
export function remedyOf(code: FailureCode, job: string): string {
  switch (code) {
    case 'input':
      return 'check that the input is there, readable, and does not change while the job runs';
    case 'program':
      return 'run the program on a little input with mapreduce run, mend it, and submit it again';
    case 'task':
      return 'mend the function or the record that the message names, or allow skipBadRecords';
    case 'output':
      return 'make room in the output volume, or name another directory';
    case 'internal':
      return `see kubectl mapreduce logs ${job} --failed; please report it`;
    case 'coordinator-lost':
      return 'give the coordinator a claim (spec.coordinator.volume.claim) that outlives nodes';
  }
}
