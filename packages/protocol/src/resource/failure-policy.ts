import * as z from 'zod';

/** Why a job failed, as its coordinator or the operator tells it. */
export const failureCodeSchema = z.enum([
  'input',
  'program',
  'task',
  'output',
  'internal',
  'coordinator-lost',
]);
export type FailureCode = z.infer<typeof failureCodeSchema>;

const failureRuleSchema = z.strictObject({
  onCodes: z.array(failureCodeSchema).min(1).max(6),
  action: z
    .enum(['FailJob', 'Retry', 'Ignore'])
    .describe('Fail at once; begin anew and count it; begin anew and do not count it.'),
});

/** Ordered rules; the first that matches decides. What none matches is retried. */
export const failurePolicySchema = z.strictObject({
  rules: z
    .array(failureRuleSchema)
    .max(20)
    .default([{ onCodes: ['input', 'program', 'task'], action: 'FailJob' }]),
});
export type FailurePolicy = z.infer<typeof failurePolicySchema>;
