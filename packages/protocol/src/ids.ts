import * as z from 'zod';

/** Ids are path- and URL-safe wherever they occur. */
const id = (what: string) =>
  z.string().regex(/^[a-z0-9-]{1,63}$/, `${what}: expected 1 to 63 of a-z, 0-9 and -`);

export const jobIdSchema = id('job id');
export type JobId = z.infer<typeof jobIdSchema>;

/** A random id of one boot of a worker. */
export const incarnationSchema = id('worker incarnation');
export type Incarnation = z.infer<typeof incarnationSchema>;

/** Lower-case hex sha256. */
export const digestSchema = z.string().regex(/^[0-9a-f]{64}$/, 'expected a sha256 in hex');
export type DigestHex = z.infer<typeof digestSchema>;

/** A count or a size in bytes. */
export const countSchema = z.int().min(0);

/**
 * One life of the coordinator. `generation` is raised by whoever replaces its pod, `boot` by each
 * start that reads the same journal, `nonce` is drawn at each boot.
 */
export const epochSchema = z.strictObject({
  generation: z.int().min(1).max(999_999),
  boot: z.int().min(1).max(999_999),
  nonce: z.string().regex(/^[0-9a-f]{8}$/),
});
export type Epoch = z.infer<typeof epochSchema>;

/** Orders epochs by generation, then boot; 0 also for epochs that differ in their nonce alone. */
export function compareEpochs(a: Epoch, b: Epoch): number {
  return a.generation - b.generation || a.boot - b.boot;
}

export function sameEpoch(a: Epoch, b: Epoch): boolean {
  return compareEpochs(a, b) === 0 && a.nonce === b.nonce;
}

export const taskKindSchema = z.enum(['describe', 'sample', 'map', 'reduce']);
export type TaskKind = z.infer<typeof taskKindSchema>;

/** `index` is the split's index (sample, map), the partition (reduce), or 0 (describe). */
export interface TaskId {
  readonly kind: TaskKind;
  readonly index: number;
}

export interface AttemptParts extends TaskId {
  readonly epoch: Epoch;
  /** 0 for the first try at the task in this epoch. */
  readonly number: number;
}

/** `GENERATION-BOOT-NONCE-KIND-INDEX-NUMBER`, for example `1-1-5f3a9c21-map-12-0`. */
export const attemptIdSchema = z
  .string()
  .max(63)
  .regex(/^\d+-\d+-[0-9a-f]{8}-(describe|sample|map|reduce)-\d+-\d+$/, 'expected an attempt id');
export type AttemptId = z.infer<typeof attemptIdSchema>;

export function formatAttemptId({ epoch, kind, index, number }: AttemptParts): AttemptId {
  return [epoch.generation, epoch.boot, epoch.nonce, kind, index, number].join('-');
}

/** The parts of an attempt id that its schema accepted; throws on anything else. */
export function parseAttemptId(attempt: AttemptId): AttemptParts {
  const [generation, boot, nonce, kind, index, number] = attemptIdSchema.parse(attempt).split('-');
  return {
    epoch: { generation: Number(generation), boot: Number(boot), nonce: nonce ?? '' },
    kind: taskKindSchema.parse(kind),
    index: Number(index),
    number: Number(number),
  };
}
