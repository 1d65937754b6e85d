import * as z from 'zod';
import { incarnationSchema } from './ids.ts';

/** Where a worker serves: an `address` of the status. Those that nobody knows are ignored. */
const addressesSchema = z.array(z.string().max(256)).max(10_000);

/** So long may a worker take to be relieved of what it holds, in milliseconds. */
const graceSchema = z.int().min(0).max(86_400_000);

/**
 * So many workers are to stay. It is a level: who asks for more lets those stay again that were to go
 * for an earlier request and have not gone, and who repeats it changes nothing.
 */
export const scaleDownRequestSchema = z.strictObject({
  workers: z.int().min(0).max(100_000),
  graceMs: graceSchema,
});
export type ScaleDownRequest = z.infer<typeof scaleDownRequestSchema>;

/** A worker that is to leave, and whether nothing more is needed of it. */
const leavingWorkerSchema = z.strictObject({
  incarnation: incarnationSchema,
  address: z.string(),
  relieved: z.boolean(),
});
export type LeavingWorker = z.infer<typeof leavingWorkerSchema>;

/** Every worker that is to leave now, for whatever reason. */
export const scaleDownResponseSchema = z.strictObject({ victims: z.array(leavingWorkerSchema) });

/** These workers are to leave, as their machine is to go; a later `graceMs` never gives more time. */
export const drainWorkersRequestSchema = z.strictObject({
  addresses: addressesSchema,
  graceMs: graceSchema,
});
export type DrainWorkersRequest = z.infer<typeof drainWorkersRequestSchema>;

/** Those of the addresses that a live worker serves at. */
export const drainWorkersResponseSchema = z.strictObject({ workers: z.array(leavingWorkerSchema) });

/** The machines of these workers are gone: they are lost at once, not after a silence. */
export const lostWorkersRequestSchema = z.strictObject({ addresses: addressesSchema });
