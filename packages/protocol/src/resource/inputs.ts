import * as z from 'zod';
import { exactlyOne } from './kubernetes.ts';
import { configMapKeySchema, httpUrlSchema, objectNameSchema, volumePathSchema } from './names.ts';
import { inlineTextSchema } from './program.ts';
import { sizeSchema } from './quantity.ts';

/** Data that whoever reads it makes; the same for the same words here. */
const generatedSchema = exactlyOne({
  teragen: z
    .strictObject({ records: z.int().min(1).max(10_000_000_000) })
    .describe("Records of 100 bytes as Hadoop's TeraGen makes them."),
  words: z
    .strictObject({
      size: sizeSchema('1', '1Ti'),
      seed: z.int().min(0).max(2_147_483_647).default(1),
    })
    .describe('Lines of invented words.'),
});

export const jobInputSchema = exactlyOne({
  sample: z.strictObject({}).describe('A book that the image contains.'),
  text: z.strictObject({ value: inlineTextSchema }).describe('Text, written right here.'),
  configMap: z
    .strictObject({ name: objectNameSchema, key: configMapKeySchema.optional() })
    .describe('The values of a ConfigMap in the order of their keys, or that of one key.'),
  http: z.strictObject({ url: httpUrlSchema }).describe('A file behind a URL.'),
  pvc: z
    .strictObject({ claimName: objectNameSchema, path: volumePathSchema.default('') })
    .describe(
      'A file or directory in a volume that all nodes can mount (ReadOnlyMany or ReadWriteMany).',
    ),
  generated: generatedSchema.describe('Data made on the spot, to try and to measure.'),
});
export type JobInput = z.infer<typeof jobInputSchema>;
