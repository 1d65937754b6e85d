import { readFileSync } from 'node:fs';
import { jobFileSchema, type JobFile } from '@mapreduce/protocol/resource';
import { CliError } from '../exit-codes.ts';

/** Reads what `--job` names. Throws a `CliError` that names every field that is wrong. */
export function readJobFile(path: string): JobFile {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`--job ${path}: cannot be read as JSON: ${reason}`);
  }
  const parsed = jobFileSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ path: field, message }) =>
      `  ${field.length === 0 ? '(whole file)' : field.join('.')}: ${message}`,
  );
  throw new CliError(`--job ${path}: not a job\n${faults.join('\n')}`);
}
