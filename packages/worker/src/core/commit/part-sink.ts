import type { ReduceManifest } from '@mapreduce/protocol';
import type { Attempt } from '../attempts/attempt.ts';
import type { Worker } from '../worker.ts';
import { FilePartSink } from './file-part-sink.ts';
import { VolumePartSink } from './volume-part-sink.ts';

/** Where one reduce attempt leaves its part. */
export interface PartSink {
  /** Where the executor writes the part's files; empty after `prepare`. */
  readonly directory: string;
  prepare(): Promise<void>;
  /**
   * Hands the part over, once the coordinator grants it, and reports it; safe to give up at any
   * moment. Returns whether it is the part that counts.
   */
  commit(manifest: ReduceManifest): Promise<boolean>;
  /** Deletes what nobody needs; `accepted` says whether the part counts. */
  settle(accepted: boolean): Promise<void>;
}

export function partSink(worker: Worker, attempt: Attempt, partition: number): PartSink {
  const { sink } = worker.link.registration;
  return sink.kind === 'file'
    ? new FilePartSink(worker, attempt, partition, sink.directory)
    : new VolumePartSink(worker, attempt);
}
