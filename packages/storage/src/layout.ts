import type { AttemptId, JobId } from '@mapreduce/protocol';
import { joinPath } from '@mapreduce/service';

/** `part-00003`. */
export function partName(partition: number): string {
  return `part-${String(partition).padStart(5, '0')}`;
}

/** The partition that a file called `part-00003`, or so with a suffix, is of; nothing for other names. */
export function partitionOf(name: string): number | undefined {
  const digits = /^part-(\d{5,})(?:[.-]|$)/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Holds what jobs keep in an output directory beside the output itself. */
export const jobsFolder = '_mapreduce';

/** Written last: with it there is an output. */
export const successName = '_SUCCESS';

/** Of a folder in which what an output directory held is on its way out; hex digits follow. */
export const trashPrefix = '.mapreduce-trash-';

/**
 * Where a job's files lie in its output directory. Parts and `_SUCCESS` are the output; all else is
 * in `_mapreduce/<job>/` and lives as long as the output, so that a late phantom meets the record of
 * whoever won.
 */
export class OutputLayout {
  readonly directory: string;
  readonly job: JobId;
  readonly jobDirectory: string;

  constructor(directory: string, job: JobId) {
    this.directory = directory;
    this.job = job;
    this.jobDirectory = joinPath(this.jobs, job);
  }

  /** Holds a folder a job. */
  get jobs(): string {
    return joinPath(this.directory, jobsFolder);
  }

  /** Proves to a worker that it sees the coordinator's file system. */
  get nonce(): string {
    return joinPath(this.jobDirectory, 'nonce');
  }

  get attempts(): string {
    return joinPath(this.jobDirectory, 'attempts');
  }

  /** What one reduce attempt writes. */
  attempt(attempt: AttemptId): string {
    return joinPath(this.attempts, attempt);
  }

  get commits(): string {
    return joinPath(this.jobDirectory, 'commits');
  }

  /** The partition's commit record; whoever links it first has won. */
  commit(partition: number): string {
    return joinPath(this.commits, `${partName(partition)}.json`);
  }

  /** The bad records that were skipped: NDJSON. */
  get skipped(): string {
    return joinPath(this.jobDirectory, 'skipped.ndjson');
  }

  get journal(): string {
    return joinPath(this.jobDirectory, 'journal');
  }

  /** The final name of a part's file. */
  part(name: string): string {
    return joinPath(this.directory, name);
  }

  get success(): string {
    return joinPath(this.directory, successName);
  }
}
