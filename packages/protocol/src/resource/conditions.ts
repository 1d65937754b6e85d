import * as z from 'zod';

export const conditionTypes = [
  'Suspended',
  'Running',
  'Complete',
  'Failed',
  'CoordinatorReady',
  'WorkersReady',
  'Degraded',
  'OutputLost',
  'SpecChangeIgnored',
] as const;
export type ConditionType = (typeof conditionTypes)[number];

/** A time to the second, in UTC, as `metav1.Time` has it. */
export const timeSchema = z
  .string()
  .max(32)
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/, 'expected a time such as 2026-01-31T12:00:00Z');

/** `metav1.Condition`. */
export const conditionSchema = z.strictObject({
  type: z.string().min(1).max(316),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: z
    .string()
    .min(1)
    .max(1_024)
    .regex(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/),
  message: z.string().max(32_768),
  lastTransitionTime: timeSchema,
  observedGeneration: z.int().min(0).optional(),
});
export type Condition = z.infer<typeof conditionSchema>;
