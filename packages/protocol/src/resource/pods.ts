import * as z from 'zod';
import { exactlyOne, kubernetesTraits } from './kubernetes.ts';
import { imageSchema, objectNameSchema } from './names.ts';
import { resourcesSchema, sizeSchema } from './quantity.ts';

/** What to merge into the pods, as in a Deployment's template; fields are kept as they are. */
export const podTemplateSchema = z
  .looseObject({})
  .describe(
    'Merged over the pods that the operator makes, as server-side apply would: nodeSelector, affinity, tolerations, env, volumes, …',
  );
podTemplateSchema.register(kubernetesTraits, { keepUnknown: true });

export const workersSpecSchema = z.strictObject({
  replicas: z
    .int()
    .min(0)
    .max(10_000)
    .default(2)
    .describe('How many workers; it may change at any time.'),
  slots: z.int().min(1).max(64).default(1).describe('Tasks that a worker runs at once.'),
  image: imageSchema.optional().describe("Default: the chart's worker image."),
  resources: resourcesSchema.optional().describe('Default: by slots and memory.'),
  disk: sizeSchema('64Mi', '64Ti')
    .default('10Gi')
    .describe('What the segments of one worker may take.'),
  graceSeconds: z
    .int()
    .min(0)
    .max(86_400)
    .default(90)
    .describe('What a worker may take, once told to leave, to finish and to hand over.'),
  template: podTemplateSchema.optional(),
});
export type WorkersSpec = z.infer<typeof workersSpecSchema>;

export const coordinatorVolumeSchema = exactlyOne({
  emptyDir: z
    .strictObject({ size: sizeSchema('64Mi', '64Ti').default('10Gi') })
    .describe('Goes with the pod: a lost node loses an output that was there alone.'),
  claim: z
    .strictObject({
      size: sizeSchema('64Mi', '64Ti'),
      storageClassName: objectNameSchema.optional(),
    })
    .describe('A claim of its own (ReadWriteOnce), which outlives pods and nodes.'),
});

export const coordinatorSpecSchema = z.strictObject({
  image: imageSchema.optional().describe("Default: the chart's coordinator image."),
  resources: resourcesSchema.optional(),
  volume: coordinatorVolumeSchema.prefault({ emptyDir: {} }),
  template: podTemplateSchema.optional(),
});
export type CoordinatorSpec = z.infer<typeof coordinatorSpecSchema>;
