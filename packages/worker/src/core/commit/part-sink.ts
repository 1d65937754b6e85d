import type { ReduceManifest } from '@mapreduce/protocol';
import type { Attempt } from '../attempts/attempt.ts';
import type { Session } from '../session.ts';
import { FilePartSink } from './file-part-sink.ts';
import { VolumePartSink } from './volume-part-sink.ts';

/** Where one reduce attempt leaves its part. */
export interface PartSink {
  /** Where the executor writes the part's files; empty after `prepare`. */
  readonly directory: string;
  prepare(): Promise<void>;
  /** Hands the part over, once the coordinator grants it; safe to give up at any moment. */
  commit(manifest: ReduceManifest): Promise<void>;
  /** Deletes what nobody needs; `accepted` says whether the coordinator took the completion. */
  settle(accepted: boolean): Promise<void>;
}

export function partSink(session: Session, attempt: Attempt, partition: number): PartSink {
  const { sink } = session.registration;
  return sink.kind === 'file'
    ? new FilePartSink(session, attempt, partition, sink.directory)
    : new VolumePartSink(session, attempt);
}
