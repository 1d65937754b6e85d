import * as z from 'zod';
import { countSchema } from './ids.ts';
import { generatedDataSchema, jobSettingsSchema } from './job.ts';

/** An input as a job names it. Paths are the coordinator's. */
export const inputSchema = z.discriminatedUnion('kind', [
  /** A file or directory (its files, in name order; names that begin with `.` or `_` left out). */
  z.strictObject({
    kind: z.literal('path'),
    path: z.string().min(1).max(4096),
    /** Whether workers open it themselves, or are served by the coordinator. */
    shared: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('http'), url: z.url().max(4096) }),
  z.strictObject({
    kind: z.literal('text'),
    text: z.string().max(2 ** 20),
    /** As people know it; default: `text`. */
    name: z.string().min(1).max(4096).optional(),
  }),
  z.strictObject({ kind: z.literal('generated'), data: generatedDataSchema }),
]);
export type Input = z.infer<typeof inputSchema>;

const listenSchema = z.strictObject({ host: z.string(), port: z.int().min(0).max(65_535) });

/** The file that `mapreduce coordinator --config` reads (JSON). */
export const coordinatorConfigSchema = z.strictObject({
  job: jobSettingsSchema,
  /** The bundled module, for a program of kind `module`. */
  programFile: z.string().max(4096).optional(),
  inputs: z.array(inputSchema).min(1).max(100_000),
  output: z.strictObject({
    /** `file`: the directory is shared with all workers; `volume`: it is the coordinator's own. */
    kind: z.enum(['file', 'volume']),
    directory: z.string().min(1).max(4096),
    overwrite: z.boolean(),
  }),
  listen: listenSchema,
  /** Files that hold the tokens of the control and worker roles. */
  tokens: z.strictObject({ control: z.string(), worker: z.string() }),
  /** The journal's directory. */
  stateDirectory: z.string().min(1).max(4096),
  generation: z.int().min(1),
  /** How long to stay after the job's end, to be asked for its status; 0 for as long as it runs. */
  lingerMs: countSchema,
});
export type CoordinatorConfig = z.infer<typeof coordinatorConfigSchema>;
