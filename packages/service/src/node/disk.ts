import {
  link,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
  type FileHandle,
} from 'node:fs/promises';
import { DiskError, type Disk, type File } from '../ports/disk.ts';
import { toDiskError } from './disk-error.ts';
import { makeDirectory } from './make-directory.ts';
import { toFileStatus } from './file-status.ts';

async function attempt<T>(operation: string, path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw toDiskError(error, operation, path);
  }
}

class NodeFile implements File {
  readonly #path: string;
  readonly #handle: FileHandle;
  #end = 0;
  #closed: Promise<void> | undefined;

  constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  read(target: Uint8Array, position: number): Promise<number> {
    return attempt('read', this.#path, async () => {
      const { bytesRead } = await this.#handle.read(target, 0, target.length, position);
      return bytesRead;
    });
  }

  append(data: Uint8Array): Promise<void> {
    // The place is taken before the first await, so appends may overlap.
    let position = this.#end;
    this.#end += data.length;
    return attempt('write', this.#path, async () => {
      for (let done = 0; done < data.length;) {
        const { bytesWritten } = await this.#handle.write(data, done, data.length - done, position);
        done += bytesWritten;
        position += bytesWritten;
      }
    });
  }

  fsync(): Promise<void> {
    return attempt('fsync', this.#path, () => this.#handle.sync());
  }

  close(): Promise<void> {
    this.#closed ??= attempt('close', this.#path, () => this.#handle.close());
    return this.#closed;
  }
}

async function openFile(operation: string, path: string, flags: string): Promise<File> {
  return new NodeFile(path, await attempt(operation, path, () => open(path, flags)));
}

/** The machine's disk, over node:fs/promises. */
export const nodeDisk: Disk = {
  open: (path) => openFile('open', path, 'r'),
  create: (path) => openFile('create', path, 'wx+'),
  read: (path) => attempt('read', path, () => readFile(path)),

  async write(path, data) {
    const file = await this.create(path);
    try {
      await file.append(data);
      await file.fsync();
    } finally {
      await file.close();
    }
  },

  status: (path) => attempt('stat', path, async () => toFileStatus(await stat(path))),

  link: (from, to) => attempt(`link ${from} to`, to, () => link(from, to)),
  rename: (from, to) => attempt(`rename ${from} to`, to, () => rename(from, to)),
  async remove(path) {
    try {
      await attempt('remove', path, () => rm(path, { recursive: true, force: true }));
    } catch (error) {
      // Below a file nothing can be there; `force` does not know that.
      if (!(error instanceof DiskError && error.code === 'ENOTDIR')) throw error;
    }
  },

  async list(path) {
    const names = await attempt('list', path, () => readdir(path));
    return names.sort();
  },

  async makeDirectory(path) {
    await attempt('make directory', path, () => makeDirectory(path));
  },

  fsyncDirectory: (path) =>
    attempt('fsync directory', path, async () => {
      const handle = await open(path, 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    }),

  freeBytes: (path) =>
    attempt('ask for the free space of', path, async () => {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    }),
};
