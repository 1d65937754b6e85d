import * as z from 'zod';
import { parseSize } from '../size.ts';
import { kubernetesTraits, ruled } from './kubernetes.ts';

const sizePattern = /^[0-9]{1,15}(\.[0-9]{1,3})?(k|M|G|T|Ki|Mi|Gi|Ti)?$/;

/** A size in bytes as Kubernetes writes it, such as `64Mi`, within bounds that are written alike. */
export function sizeSchema(min: string, max: string) {
  const [least, most] = [parseSize(min), parseSize(max)];
  const text = z
    .string()
    .max(32)
    .regex(sizePattern, 'expected a size such as 65536, 64Mi or 1.5Gi');
  return ruled(text, {
    cel: `quantity(self).compareTo(quantity('${min}')) >= 0 && quantity(self).compareTo(quantity('${max}')) <= 0`,
    message: `expected a size from ${min} to ${max}`,
    holds: (size) => {
      // What is no size at all has been told already.
      if (!sizePattern.test(size)) return true;
      const bytes = parseSize(size);
      return bytes >= least && bytes <= most;
    },
  });
}

const quantitySchema = z.union([
  z.int().min(0),
  z
    .string()
    .max(32)
    .regex(
      /^[0-9]+(\.[0-9]+)?([numkMGTPE]|[KMGTPE]i)?$/,
      'expected a quantity such as 500m or 1Gi',
    ),
]);
quantitySchema.register(kubernetesTraits, { intOrString: true });

const mostResources = 16;
const quantitiesSchema = z
  .record(z.string().max(128), quantitySchema)
  .refine((map) => Object.keys(map).length <= mostResources, {
    message: `expected at most ${mostResources} resources`,
  });
quantitiesSchema.register(kubernetesTraits, { maxMembers: mostResources });

/** What a container asks for, and may use at most: as in a pod. */
export const resourcesSchema = z.strictObject({
  requests: quantitiesSchema.optional(),
  limits: quantitiesSchema.optional(),
});
export type Resources = z.infer<typeof resourcesSchema>;
