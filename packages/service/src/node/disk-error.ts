import { DiskError } from '../ports/disk.ts';

/** Makes a `DiskError` of what node:fs threw. */
export function toDiskError(error: unknown, operation: string, path: string): DiskError {
  if (error instanceof DiskError) return error;
  // Looked at, not tested with instanceof: Error of another realm is another class.
  const { code, message } = error as Partial<NodeJS.ErrnoException>;
  const failure = new DiskError(
    code ?? 'EIO',
    path,
    `cannot ${operation} ${path}: ${message ?? String(error)}`,
  );
  failure.cause = error;
  return failure;
}
