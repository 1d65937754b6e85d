import { DiskError } from '@mapreduce/service';

/** Whether a caught value is a disk's failure with this POSIX code. */
export function isDiskError(error: unknown, code: string): error is DiskError {
  return error instanceof DiskError && error.code === code;
}

/** The value of `read`, or nothing where the file is missing, or lies below what is no directory. */
export async function orMissing<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isDiskError(error, 'ENOENT') || isDiskError(error, 'ENOTDIR')) return undefined;
    throw error;
  }
}
