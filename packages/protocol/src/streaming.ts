import * as z from 'zod';
import { ruled } from './resource/kubernetes.ts';

const commandSchema = z.strictObject({
  command: ruled(z.array(z.string().max(16_384)).min(1).max(64), {
    cel: "self[0] != ''",
    message: 'expected a program, then its arguments',
    holds: ([program]) => program !== '',
  }).describe(
    'A program and its arguments. No shell reads them: `[sh, -c, …]` where one is wanted.',
  ),
});

/** Commands that read records from standard input and write pairs or lines to standard output. */
export const streamingCommandsSchema = z.strictObject({
  mapper: commandSchema.describe('Reads lines of the input; writes lines `key<TAB>value`.'),
  combiner: commandSchema
    .optional()
    .describe('Reads the sorted lines of one map; writes lines of the same form.'),
  reducer: commandSchema
    .optional()
    .describe(
      'Reads the sorted lines of one partition; writes its part. Without it, what it would read is the part.',
    ),
  sideEffects: z
    .boolean()
    .default(false)
    .describe('The commands act on the world outside: no backup attempts run.'),
  nondeterministic: z
    .boolean()
    .default(false)
    .describe('The mapper may write other lines when it runs again on the same input.'),
});
export type StreamingCommands = z.output<typeof streamingCommandsSchema>;
