import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { DiskError, type SyncDisk, type SyncFile } from '../ports/disk.ts';
import { toDiskError } from './disk-error.ts';

function attempt<T>(operation: string, path: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw toDiskError(error, operation, path);
  }
}

class NodeSyncFile implements SyncFile {
  readonly #path: string;
  #descriptor: number | undefined;
  #end = 0;

  constructor(path: string, descriptor: number) {
    this.#path = path;
    this.#descriptor = descriptor;
  }

  read(target: Uint8Array, position: number): number {
    const descriptor = this.#opened('read');
    return attempt('read', this.#path, () =>
      readSync(descriptor, target, 0, target.length, position),
    );
  }

  append(data: Uint8Array): void {
    const descriptor = this.#opened('write');
    attempt('write', this.#path, () => {
      // A write may take less than it was given: a nearly full disk, or a signal.
      for (let done = 0; done < data.length;) {
        const written = writeSync(descriptor, data, done, data.length - done, this.#end);
        done += written;
        this.#end += written;
      }
    });
  }

  fsync(): void {
    const descriptor = this.#opened('fsync');
    attempt('fsync', this.#path, () => fsyncSync(descriptor));
  }

  close(): void {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) return;
    // First, so that a failed close is not tried again on a number that another file may have.
    this.#descriptor = undefined;
    attempt('close', this.#path, () => closeSync(descriptor));
  }

  #opened(operation: string): number {
    if (this.#descriptor === undefined) {
      throw new DiskError('EBADF', this.#path, `cannot ${operation} ${this.#path}: it is closed`);
    }
    return this.#descriptor;
  }
}

function openFile(operation: string, path: string, flags: string): SyncFile {
  return new NodeSyncFile(
    path,
    attempt(operation, path, () => openSync(path, flags)),
  );
}

/** The machine's disk, over the synchronous half of node:fs. */
export const nodeSyncDisk: SyncDisk = {
  open: (path) => openFile('open', path, 'r'),
  create: (path) => openFile('create', path, 'wx+'),

  status: (path) =>
    attempt('stat', path, () => {
      const found = statSync(path);
      return { size: found.size, mtimeMs: found.mtimeMs, isDirectory: found.isDirectory() };
    }),

  makeDirectory(path) {
    attempt('make directory', path, () => mkdirSync(path, { recursive: true }));
  },

  remove: (path) => attempt('remove', path, () => rmSync(path, { recursive: true, force: true })),

  fsyncDirectory: (path) =>
    attempt('fsync directory', path, () => {
      const descriptor = openSync(path, 'r');
      try {
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
    }),
};
