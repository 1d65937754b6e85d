import * as z from 'zod';
import { drainRequestSchema, takeOverSchema } from './drain.ts';
import { auditRequestSchema, comparisonSchema } from './audit.ts';
import { attemptIdSchema, countSchema, digestSchema, incarnationSchema } from './ids.ts';
import { programDescriptionSchema } from './job.ts';
import {
  drainWorkersRequestSchema,
  drainWorkersResponseSchema,
  lostWorkersRequestSchema,
  scaleDownRequestSchema,
  scaleDownResponseSchema,
} from './fleet.ts';
import {
  holdRequestSchema,
  registerRequestSchema,
  registerResponseSchema,
} from './registration.ts';
import { sender } from './sender.ts';
import { jobStatusSchema, statusRequestSchema } from './status.ts';
import {
  attemptErrorSchema,
  leaseSchema,
  logEventSchema,
  progressSchema,
  resultSchema,
} from './tasks.ts';

/** Who may call a route. Each role has a token of its own. */
export type Role = 'control' | 'worker' | 'shuffle-read';

export const leaseRequestSchema = z.strictObject({
  ...sender,
  /** A repeat of a request id gets the answer of the first. */
  request: z.string().regex(/^[a-z0-9-]{1,63}$/),
  /** Free slots: at most that many leases are granted. */
  slots: z.int().min(1).max(1_024),
  /** How long to wait for a task before answering with none. */
  waitMs: z.int().min(0).max(30_000),
});
export type LeaseRequest = z.infer<typeof leaseRequestSchema>;

/** What an executor must know beside its task, once the job is planned. */
export const planSchema = z.strictObject({
  description: programDescriptionSchema,
  maps: countSchema,
  /** For a range partitioner, once sampled: encoded keys in base64; part i is below bound i. */
  bounds: z.array(z.base64()).optional(),
  /** Of all splits and cut points (storage's `planDigest`). */
  digest: digestSchema,
});
export type Plan = z.infer<typeof planSchema>;

export const leaseResponseSchema = z.strictObject({
  leases: z.array(leaseSchema),
  plan: planSchema.optional(),
});
export type LeaseResponse = z.infer<typeof leaseResponseSchema>;

export const heartbeatRequestSchema = z.strictObject({
  ...sender,
  attempts: z.array(z.strictObject({ attempt: attemptIdSchema, progress: progressSchema })),
  /** The first completion-log event it has not seen. */
  logFrom: countSchema,
  freeDiskBytes: countSchema,
});
export type HeartbeatRequest = z.infer<typeof heartbeatRequestSchema>;

export const heartbeatResponseSchema = z.strictObject({
  /** Attempts to stop at once: they can no longer win. */
  cancel: z.array(attemptIdSchema),
  log: z.array(logEventSchema),
  /** The job has ended; nothing more will be leased, segments may go. */
  ended: z.boolean(),
  /** Outputs to take over from workers that leave; repeated until the worker holds them. */
  takeOver: z.array(takeOverSchema).max(64).optional(),
  /** To a worker that drains: nothing more is needed of it. */
  mayLeave: z.literal(true).optional(),
});
export type HeartbeatResponse = z.infer<typeof heartbeatResponseSchema>;

export const completionRequestSchema = z.strictObject({
  ...sender,
  attempt: attemptIdSchema,
  result: resultSchema,
});
export type CompletionRequest = z.infer<typeof completionRequestSchema>;

/** `accepted: false`: the attempt is not the one that counts; what it made may be deleted. */
export const completionResponseSchema = z.strictObject({
  accepted: z.boolean(),
  /** The map had given other records before: say where they differ before anything is deleted. */
  compare: comparisonSchema.optional(),
});
export type CompletionResponse = z.infer<typeof completionResponseSchema>;

export const failureRequestSchema = z.strictObject({
  ...sender,
  attempt: attemptIdSchema,
  error: attemptErrorSchema,
});
export type FailureRequest = z.infer<typeof failureRequestSchema>;

export const fetchFailureRequestSchema = z.strictObject({
  ...sender,
  /** The reduce attempt that could not fetch; it goes on waiting for the map's successor. */
  attempt: attemptIdSchema,
  map: countSchema,
  mapAttempt: attemptIdSchema,
  holder: incarnationSchema,
  reason: z.enum(['unreachable', 'gone', 'corrupt']),
  message: z.string().max(4_096),
});
export type FetchFailureRequest = z.infer<typeof fetchFailureRequestSchema>;

export const grantRequestSchema = z.strictObject({ ...sender, attempt: attemptIdSchema });

/** `wait`: another attempt holds the grant; ask again. `refused`: the part is committed. */
export const grantResponseSchema = z.strictObject({
  grant: z.enum(['granted', 'wait', 'refused']),
});
export type GrantResponse = z.infer<typeof grantResponseSchema>;

export const segmentsRequestSchema = z.strictObject({
  partition: countSchema,
  /** In the order in which they are answered. */
  maps: z
    .array(z.strictObject({ map: countSchema, attempt: attemptIdSchema }))
    .min(1)
    .max(200_000),
});
export type SegmentsRequest = z.infer<typeof segmentsRequestSchema>;

const empty = z.strictObject({});

/** Room for as many outputs as one worker may hold. */
const heldBytes = 128 * 2 ** 20;
/** Room for a map that has skipped as many records as a job may. */
const resultBytes = 128 * 2 ** 20;
/** Room for the addresses of as many workers as a request may name. */
const addressBytes = 4 * 2 ** 20;

/**
 * The control plane: JSON in, JSON out, always POST, each idempotent. `body` bounds the request in
 * bytes.
 */
export const routes = {
  register: {
    path: '/v1/workers',
    role: 'worker',
    request: registerRequestSchema,
    response: registerResponseSchema,
    body: heldBytes,
  },
  hold: {
    path: '/v1/holdings',
    role: 'worker',
    request: holdRequestSchema,
    response: empty,
    body: heldBytes,
  },
  lease: {
    path: '/v1/leases',
    role: 'worker',
    request: leaseRequestSchema,
    response: leaseResponseSchema,
    body: 2 ** 16,
  },
  heartbeat: {
    path: '/v1/heartbeats',
    role: 'worker',
    request: heartbeatRequestSchema,
    response: heartbeatResponseSchema,
    body: 2 ** 20,
  },
  complete: {
    path: '/v1/completions',
    role: 'worker',
    request: completionRequestSchema,
    response: completionResponseSchema,
    body: resultBytes,
  },
  /** Says where a map's output differs from its first one. */
  audit: {
    path: '/v1/audits',
    role: 'worker',
    request: auditRequestSchema,
    response: empty,
    body: 2 ** 18,
  },
  fail: {
    path: '/v1/failures',
    role: 'worker',
    request: failureRequestSchema,
    response: empty,
    body: 2 ** 18,
  },
  fetchFailed: {
    path: '/v1/fetch-failures',
    role: 'worker',
    request: fetchFailureRequestSchema,
    response: empty,
    body: 2 ** 16,
  },
  grant: {
    path: '/v1/grants',
    role: 'worker',
    request: grantRequestSchema,
    response: grantResponseSchema,
    body: 2 ** 16,
  },
  /** Says that a worker is to leave, and is to be relieved of what it holds before. */
  drain: {
    path: '/v1/drains',
    role: 'worker',
    request: drainRequestSchema,
    response: empty,
    body: 2 ** 16,
  },
  /** Says that a worker leaves: what it holds is lost, its attempts go back to Idle uncounted. */
  leave: {
    path: '/v1/leaves',
    role: 'worker',
    request: z.strictObject(sender),
    response: empty,
    body: 2 ** 16,
  },
  status: {
    path: '/v1/status',
    role: 'control',
    request: statusRequestSchema,
    response: jobStatusSchema,
    body: 2 ** 16,
  },
  cancel: {
    path: '/v1/cancel',
    role: 'control',
    request: z.strictObject({ reason: z.string().max(1_024) }),
    response: empty,
    body: 2 ** 16,
  },
  /** Says how many workers are to stay; the coordinator chooses who goes, and relieves those. */
  scaleDown: {
    path: '/v1/scale-down',
    role: 'control',
    request: scaleDownRequestSchema,
    response: scaleDownResponseSchema,
    body: 2 ** 16,
  },
  /** Says that these workers are to leave, as `drain` does that a worker says of itself. */
  drainWorkers: {
    path: '/v1/drain-workers',
    role: 'control',
    request: drainWorkersRequestSchema,
    response: drainWorkersResponseSchema,
    body: addressBytes,
  },
  /** Says that these workers are gone, with all that they hold. */
  lostWorkers: {
    path: '/v1/lost-workers',
    role: 'control',
    request: lostWorkersRequestSchema,
    response: empty,
    body: addressBytes,
  },
} as const satisfies Record<string, Route>;

interface Route {
  readonly path: string;
  readonly role: Role;
  readonly request: z.ZodType;
  readonly response: z.ZodType;
  readonly body: number;
}

export type RouteName = keyof typeof routes;
export type RequestOf<R extends RouteName> = z.infer<(typeof routes)[R]['request']>;
export type ResponseOf<R extends RouteName> = z.infer<(typeof routes)[R]['response']>;

/** What a server of (some of) the routes implements. Handlers throw `ServiceError`. */
export type Handlers<R extends RouteName = RouteName> = {
  readonly [Name in R]: (request: RequestOf<Name>) => Promise<ResponseOf<Name>>;
};

/**
 * Bulk data, on bare HTTP with Content-Length. `segments` and `output` are the worker's, the others
 * are the coordinator's.
 */
export const bulkRoutes = {
  /** POST SegmentsRequest → a segment stream (engine, docs/formats.md). */
  segments: { method: 'POST', path: '/v1/segments', role: 'shuffle-read' },
  /** GET ?attempt= → all of a map output: manifest, index and data (docs/formats.md). */
  output: { method: 'GET', path: '/v1/output', role: 'shuffle-read' },
  /** GET → the program's bundled module. */
  program: { method: 'GET', path: '/v1/program', role: 'worker' },
  /** GET ?input=N&start=&end=&version= → bytes of an input that the coordinator serves. */
  input: { method: 'GET', path: '/v1/input', role: 'worker' },
  /** PUT ?attempt=&file= → a file of a reduce attempt, into the volume. */
  part: { method: 'PUT', path: '/v1/part', role: 'worker' },
} as const satisfies Record<string, { method: string; path: string; role: Role }>;
export type BulkRouteName = keyof typeof bulkRoutes;
