/**
 * A failed disk operation. `code` is POSIX's (`ENOENT`, `EEXIST`, `ENOSPC`, `EIO`, …) so that the
 * simulated disk and the real one fail alike.
 */
export class DiskError extends Error {
  override readonly name = 'DiskError';
  readonly code: string;
  readonly path: string;

  constructor(code: string, path: string, message: string) {
    super(message);
    this.code = code;
    this.path = path;
  }
}

export interface FileStatus {
  readonly size: number;
  /** A regular file: neither a directory nor a pipe, a device or the like. */
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly mtimeMs: number;
}

/** An open file. Positions are explicit; `close` is idempotent. */
export interface SyncFile {
  /** Reads up to `target.length` bytes at `position`; returns how many; 0 at the end. */
  read(target: Uint8Array, position: number): number;
  /** Writes all of `data` at the end. */
  append(data: Uint8Array): void;
  /**
   * Begins to write to the disk what was appended so far, while the caller goes on; so `fsync`, which
   * alone makes it durable, has less to wait for.
   */
  startWriteback(): void;
  fsync(): void;
  close(): void;
}

/** The disk as an executor uses it: synchronously, between two calls of user code. */
export interface SyncDisk {
  /** Opens an existing file for reading. */
  open(path: string): SyncFile;
  /** Creates a file that must not exist, for writing (and reading back). */
  create(path: string): SyncFile;
  status(path: string): FileStatus;
  makeDirectory(path: string): void;
  remove(path: string): void;
  /** Makes a directory's entries durable. */
  fsyncDirectory(path: string): void;
}

export interface File {
  read(target: Uint8Array, position: number): Promise<number>;
  append(data: Uint8Array): Promise<void>;
  fsync(): Promise<void>;
  close(): Promise<void>;
}

/** The disk as coordinator and supervisor use it. Every method fails with `DiskError`. */
export interface Disk {
  open(path: string): Promise<File>;
  /** Creates a file that must not exist. */
  create(path: string): Promise<File>;
  /** The whole file. */
  read(path: string): Promise<Uint8Array>;
  /** Creates (must not exist), writes, fsyncs and closes. The directory is not fsynced. */
  write(path: string, data: Uint8Array): Promise<void>;
  status(path: string): Promise<FileStatus>;
  /** Hard link; `EEXIST` when `to` exists: how commits are arbitrated. */
  link(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file or a whole tree; a missing one is no error. */
  remove(path: string): Promise<void>;
  /** Entry names of a directory, sorted by code units. */
  list(path: string): Promise<string[]>;
  /** Creates the directory and its parents where missing. */
  makeDirectory(path: string): Promise<void>;
  fsyncDirectory(path: string): Promise<void>;
  /** Bytes free on the file system that holds `path`. */
  freeBytes(path: string): Promise<number>;
}

/** Joins with `/`; cores have no `node:path`. */
export function joinPath(...parts: string[]): string {
  return parts.join('/').replaceAll(/\/{2,}/g, '/');
}
