import type { Stats } from 'node:fs';
import type { FileStatus } from '../ports/disk.ts';

export function toFileStatus(stats: Stats): FileStatus {
  return {
    size: stats.size,
    mtimeMs: stats.mtimeMs,
    isFile: stats.isFile(),
    isDirectory: stats.isDirectory(),
  };
}
