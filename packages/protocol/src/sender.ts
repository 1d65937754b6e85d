import { epochSchema, incarnationSchema } from './ids.ts';

/** Every message of a worker after registration says who speaks, and to which coordinator. */
export const sender = { incarnation: incarnationSchema, epoch: epochSchema };
