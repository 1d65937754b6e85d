import * as z from 'zod';
import { attemptIdSchema, countSchema, digestSchema, incarnationSchema } from './ids.ts';
import { sender } from './sender.ts';

/** A worker is to leave: what it holds is moved to others while it still serves. */
export const drainRequestSchema = z.strictObject({
  ...sender,
  /** It goes after so many milliseconds, whatever it still holds. */
  graceMs: z.int().min(0).max(86_400_000),
});
export type DrainRequest = z.infer<typeof drainRequestSchema>;

/** A map output that a worker is to fetch from the one that leaves, and to hold from then on. */
export const takeOverSchema = z.strictObject({
  map: countSchema,
  attempt: attemptIdSchema,
  /** Who leaves, and where it still serves. */
  holder: incarnationSchema,
  address: z.url().max(256),
  storedRoot: digestSchema,
  contentRoot: digestSchema,
});
export type TakeOver = z.infer<typeof takeOverSchema>;
