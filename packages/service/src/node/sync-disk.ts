import {
  close,
  closeSync,
  fdatasync,
  fsyncSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { DiskError, type SyncDisk, type SyncFile } from '../ports/disk.ts';
import { toDiskError } from './disk-error.ts';
import { makeDirectorySync } from './make-directory.ts';
import { toFileStatus } from './file-status.ts';

function attempt<T>(operation: string, path: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw toDiskError(error, operation, path);
  }
}

/** Beyond so many writebacks, of which a caller that never waits hears no end, no more begin. */
const writebacksAtOnce = 8;

class NodeSyncFile implements SyncFile {
  readonly #path: string;
  #descriptor: number | undefined;
  #end = 0;
  #writeback: Writeback | undefined;

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

  startWriteback(): void {
    this.#opened('write');
    this.#writeback ??= new Writeback(this.#path);
    this.#writeback.start();
  }

  fsync(): void {
    const descriptor = this.#opened('fsync');
    attempt('fsync', this.#path, () => fsyncSync(descriptor));
  }

  close(): void {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) return;
    this.#writeback?.close();
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

/**
 * Syncs a file on other threads. Its errors are not looked at: it has opened the file for itself, and
 * the kernel tells an error in writing to everyone who had the file open, so `fsync` throws it.
 */
class Writeback {
  readonly #descriptor: number;
  #running = 0;
  #isClosed = false;

  constructor(path: string) {
    this.#descriptor = attempt('open', path, () => openSync(path, 'r'));
  }

  start(): void {
    if (this.#running === writebacksAtOnce) return;
    this.#running += 1;
    fdatasync(this.#descriptor, () => {
      this.#running -= 1;
      this.#closeAtLast();
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#closeAtLast();
  }

  #closeAtLast(): void {
    if (this.#isClosed && this.#running === 0) close(this.#descriptor);
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

  status: (path) => attempt('stat', path, () => toFileStatus(statSync(path))),

  makeDirectory(path) {
    attempt('make directory', path, () => makeDirectorySync(path));
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
