import * as z from 'zod';
import type { AttemptId, DigestHex } from './ids.ts';
import type { JobSettings } from './job.ts';
import type { Plan } from './routes.ts';
import { attemptErrorSchema, progressSchema, resultSchema, type Task } from './tasks.ts';

/** One verified segment on the worker's disk: records of one map in one partition. */
export interface SegmentFile {
  readonly map: number;
  readonly path: string;
  /** Byte range in the file. */
  readonly offset: number;
  readonly length: number;
  readonly records: number;
}

/** From the supervisor to its executor: one JSON a line on standard input. Trusted, not parsed. */
export type ExecutorCommand =
  | {
      readonly kind: 'load';
      readonly settings: JobSettings;
      /** The bundled module on the worker's disk; only for a program of kind `module`. */
      readonly programPath?: string;
      /** Where each command that an executor starts is noted while it runs. */
      readonly commands: string;
      /** For inputs that the coordinator serves. */
      readonly coordinator: { readonly address: string; readonly token: string };
    }
  | {
      readonly kind: 'run';
      readonly attempt: AttemptId;
      readonly task: Task;
      readonly plan?: Plan;
      /** An empty directory for spills and for what a map makes. */
      readonly directory: string;
      /** For a reduce: an empty directory, of the sink's file system, for the part's files. */
      readonly outputDirectory?: string;
      /** For a reduce: one a map that has records in the partition, in map order. */
      readonly segments?: readonly SegmentFile[];
      /** For a reduce: goes into its manifest. */
      readonly consumed?: DigestHex;
    };

/** From the executor, written synchronously: one JSON a line on file descriptor 3. */
export const executorReportSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({ kind: z.literal('progress'), attempt: z.string(), progress: progressSchema }),
  z.strictObject({ kind: z.literal('done'), attempt: z.string(), result: resultSchema }),
  z.strictObject({ kind: z.literal('failed'), attempt: z.string(), error: attemptErrorSchema }),
]);
export type ExecutorReport = z.infer<typeof executorReportSchema>;
