import type {
  DigestHex,
  JobSettings,
  Plan,
  Progress,
  SegmentFile,
  Split,
} from '@mapreduce/protocol';
import type { Job, Key, Value } from '@mapreduce/sdk';
import type { Codec, Digest, SyncDisk } from '@mapreduce/service';
import type { RangeSource, RecordPosition } from '@mapreduce/storage';

/** What the engine needs of the world. */
export interface EnginePorts {
  readonly disk: SyncDisk;
  readonly codec: Codec;
  readonly digest: Digest;
}

/** A program of unknown types, as the loader hands it over. */
export type AnyJob = Job<unknown, Key, Value>;

/**
 * Told whenever something was read, merged, emitted or written: at least every 256 records or 1 MiB,
 * and at every record while the answer is true, which says that the last call that counted was long
 * ago.
 */
export type OnProgress = (progress: Progress) => boolean | undefined;

/** What sample and map tasks have in common. */
export interface MapRun {
  readonly job: AnyJob;
  readonly settings: JobSettings;
  readonly plan: Plan;
  readonly split: Split;
  readonly source: RangeSource;
  /** Empty; afterwards it holds `data` and `index` (docs/formats.md) and nothing else. */
  readonly directory: string;
  readonly onProgress: OnProgress;
}

export interface ReduceRun {
  readonly job: AnyJob;
  readonly settings: JobSettings;
  readonly plan: Plan;
  readonly partition: number;
  /** In map order. */
  readonly segments: readonly SegmentFile[];
  /** Empty, for partial merges. */
  readonly directory: string;
  /** Empty; afterwards it holds the part's files. */
  readonly outputDirectory: string;
  readonly consumed: DigestHex;
  readonly onProgress: OnProgress;
}

/** The program threw, or emitted what cannot be encoded. `cause` is what it threw. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
  readonly position: RecordPosition | undefined;

  constructor(message: string, options: { cause?: unknown; position?: RecordPosition } = {}) {
    super(message, { cause: options.cause });
    this.position = options.position;
  }
}
