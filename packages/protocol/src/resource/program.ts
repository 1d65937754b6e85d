import * as z from 'zod';
import { streamingCommandsSchema } from '../streaming.ts';
import { exactlyOne } from './kubernetes.ts';
import { configMapKeySchema, httpUrlSchema, imageSchema, objectNameSchema } from './names.ts';

/** Text within a resource: what etcd takes of one object bounds it. */
export const inlineTextSchema = z.string().min(1).max(262_144);

/** Where the user's functions come from. */
export const programSourceSchema = exactlyOne({
  builtin: z
    .strictObject({ name: z.string().min(1).max(63) })
    .describe('A program of the image, such as wordcount; `mapreduce examples` lists them.'),
  inline: z
    .strictObject({ source: inlineTextSchema })
    .describe('TypeScript, written right here; it may import `@mapreduce/sdk`.'),
  configMap: z
    .strictObject({ name: objectNameSchema, key: configMapKeySchema })
    .describe('TypeScript or JavaScript under a key of a ConfigMap.'),
  module: z
    .strictObject({
      image: imageSchema,
      path: z.string().min(1).max(1_024).regex(/^\//, 'expected an absolute path'),
    })
    .describe(
      'A module in an image of your own, built from the coordinator image, with what it imports.',
    ),
  url: z
    .strictObject({
      url: httpUrlSchema,
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/, 'expected a sha256 in hex')
        .max(64),
    })
    .describe('One file of TypeScript or JavaScript behind a URL; other bytes are refused.'),
  streaming: streamingCommandsSchema.describe(
    'Commands of the worker image, which read lines and write lines.',
  ),
});
export type ProgramSource = z.infer<typeof programSourceSchema>;
