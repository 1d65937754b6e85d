import * as z from 'zod';
import { exactlyOne } from './kubernetes.ts';
import { objectNameSchema, volumePathSchema } from './names.ts';

/** Where the parts go, and how long they live. */
export const jobOutputSchema = exactlyOne({
  volume: z
    .strictObject({})
    .describe("The coordinator's own volume: it lives until the job is deleted or its TTL ends."),
  pvc: z
    .strictObject({ claimName: objectNameSchema, path: volumePathSchema.default('') })
    .describe(
      'A directory, empty or absent, of a volume that all nodes can mount (ReadWriteMany).',
    ),
});
export type JobOutput = z.infer<typeof jobOutputSchema>;
