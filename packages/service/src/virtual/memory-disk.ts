import type { Disk, FileStatus, SyncDisk, SyncFile } from '../ports/disk.ts';
import { asyncDisk } from './async-disk.ts';
import {
  crashTree,
  fail,
  lookUp,
  lookUpDirectory,
  lookUpFile,
  newDirectory,
  newInode,
  parentOf,
  pathParts,
  setEntry,
  syncEntries,
  usedBytes,
  type MemoryDirectory,
  type MemoryInode,
} from './memory-tree.ts';

export type DiskOperation =
  | 'open'
  | 'create'
  | 'read'
  | 'append'
  | 'fsync'
  | 'status'
  | 'link'
  | 'rename'
  | 'remove'
  | 'list'
  | 'makeDirectory'
  | 'fsyncDirectory';

export interface MemoryDiskOptions {
  /** Bytes that all files together may have; beyond it `ENOSPC`. Default: 2^40. */
  readonly capacity?: number;
  /** What files are stamped with. Default: 0 always. */
  readonly wall?: () => number;
  /** Called before each operation; throws `DiskError` to make it fail. */
  readonly before?: (operation: DiskOperation, path: string) => void;
  /** Called once an operation that changes the disk, or makes it durable, has had its effect. */
  readonly after?: (operation: DiskOperation, path: string) => void;
}

/**
 * One file system in memory, with POSIX's errors, seen through both disk ports. `crash` forgets what
 * was not fsynced: bytes of files, and entries of directories.
 */
export class MemoryDisk {
  readonly sync: SyncDisk;
  readonly async: Disk;
  readonly #root = newDirectory();
  readonly #options: MemoryDiskOptions;
  #capacity: number;
  /** Bytes used; counted anew after what frees some. */
  #used = 0;
  /** Files were removed since it was counted: to count costs a look at every file. */
  #isOvercounted = false;

  constructor(options: MemoryDiskOptions = {}) {
    this.#options = options;
    this.#capacity = options.capacity ?? 2 ** 40;
    this.sync = this.#syncView();
    this.async = asyncDisk(this.sync, {
      link: (from, to) => this.#link(from, to),
      rename: (from, to) => this.#rename(from, to),
      list: (path) => this.#list(path),
      freeBytes: (path) => {
        lookUp(this.#root, path, 'ask for the free space of');
        return Math.max(0, this.#capacity - this.#counted());
      },
    });
  }

  setCapacity(bytes: number): void {
    this.#capacity = bytes;
  }

  /**
   * A power cut for the tree below `path`. Of each file's unsynced bytes `keep` says how many
   * survive (a torn write); by default none. Processes that had files open there must be dead.
   */
  crash(path = '/', keep: (unsynced: number) => number = () => 0): void {
    crashTree(lookUpDirectory(this.#root, path, 'crash'), keep);
    this.#isOvercounted = true;
  }

  /** Flips bits of a file in place: what bad media do. */
  corrupt(path: string, position: number, mask: number): void {
    const inode = lookUpFile(this.#root, path, 'corrupt');
    if (position >= inode.length) fail('EINVAL', path, 'corrupt');
    inode.bytes[position] = (inode.bytes[position] ?? 0) ^ mask;
  }

  /** Every file's path below `path`, in order. */
  files(path = '/'): string[] {
    const found: string[] = [];
    const visit = (directory: MemoryDirectory, prefix: string) => {
      for (const name of [...directory.entries.keys()].sort()) {
        const node = directory.entries.get(name);
        if (node?.kind === 'directory') visit(node, `${prefix}/${name}`);
        else found.push(`${prefix}/${name}`);
      }
    };
    const prefix = pathParts(path).map((part) => `/${part}`);
    visit(lookUpDirectory(this.#root, path, 'list'), prefix.join(''));
    return found;
  }

  #before(operation: DiskOperation, path: string): void {
    this.#options.before?.(operation, path);
  }

  #after(operation: DiskOperation, path: string): void {
    this.#options.after?.(operation, path);
  }

  #wall(): number {
    return this.#options.wall?.() ?? 0;
  }

  #counted(): number {
    if (this.#isOvercounted) this.#used = usedBytes(this.#root);
    this.#isOvercounted = false;
    return this.#used;
  }

  #open(path: string): SyncFile {
    this.#before('open', path);
    return this.#file(path, lookUpFile(this.#root, path, 'open'), false);
  }

  #create(path: string): SyncFile {
    this.#before('create', path);
    const { directory, name } = parentOf(this.#root, path, 'create');
    if (directory.entries.has(name)) fail('EEXIST', path, 'create');
    const inode = newInode(this.#wall());
    setEntry(directory, name, inode);
    this.#after('create', path);
    return this.#file(path, inode, true);
  }

  #file(path: string, inode: MemoryInode, writable: boolean): SyncFile {
    let open = true;
    const checkOpen = (what: string) => {
      if (!open) fail('EBADF', path, what);
    };
    return {
      read: (target, position) => {
        this.#before('read', path);
        checkOpen('read');
        const count = Math.max(0, Math.min(target.length, inode.length - position));
        target.set(inode.bytes.subarray(position, position + count));
        return count;
      },
      append: (data) => {
        this.#before('append', path);
        checkOpen('write');
        if (!writable) fail('EBADF', path, 'write');
        const isFull = () => this.#counted() + data.length > this.#capacity;
        if (this.#used + data.length > this.#capacity && isFull()) fail('ENOSPC', path, 'write');
        append(inode, data);
        inode.mtimeMs = this.#wall();
        this.#used += data.length;
        this.#after('append', path);
      },
      startWriteback: () => checkOpen('write'),
      fsync: () => {
        this.#before('fsync', path);
        checkOpen('fsync');
        inode.durable = inode.length;
        this.#after('fsync', path);
      },
      close: () => {
        open = false;
      },
    };
  }

  #status(path: string): FileStatus {
    this.#before('status', path);
    const node = lookUp(this.#root, path, 'stat');
    return node.kind === 'directory'
      ? { size: 0, isFile: false, isDirectory: true, mtimeMs: 0 }
      : { size: node.length, isFile: true, isDirectory: false, mtimeMs: node.mtimeMs };
  }

  #makeDirectory(path: string): void {
    this.#before('makeDirectory', path);
    let directory = this.#root;
    for (const part of pathParts(path)) {
      let child = directory.entries.get(part);
      if (child === undefined) {
        child = newDirectory();
        setEntry(directory, part, child);
      }
      if (child.kind === 'file') fail('ENOTDIR', path, 'make directory');
      directory = child;
    }
    this.#after('makeDirectory', path);
  }

  #remove(path: string): void {
    this.#before('remove', path);
    try {
      const { directory, name } = parentOf(this.#root, path, 'remove');
      setEntry(directory, name, undefined);
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    }
    this.#isOvercounted = true;
    this.#after('remove', path);
  }

  #fsyncDirectory(path: string): void {
    this.#before('fsyncDirectory', path);
    syncEntries(lookUpDirectory(this.#root, path, 'fsync directory'));
    this.#after('fsyncDirectory', path);
  }

  #link(from: string, to: string): void {
    this.#before('link', to);
    const inode = lookUpFile(this.#root, from, 'link');
    const { directory, name } = parentOf(this.#root, to, 'link');
    if (directory.entries.has(name)) fail('EEXIST', to, `link ${from} to`);
    setEntry(directory, name, inode);
    this.#after('link', to);
  }

  #rename(from: string, to: string): void {
    this.#before('rename', to);
    const node = lookUp(this.#root, from, 'rename');
    const source = parentOf(this.#root, from, 'rename');
    const target = parentOf(this.#root, to, 'rename');
    const replaced = target.directory.entries.get(target.name);
    if (replaced?.kind === 'directory' && (node.kind === 'file' || replaced.entries.size > 0)) {
      fail(node.kind === 'file' ? 'EISDIR' : 'ENOTEMPTY', to, `rename ${from} to`);
    }
    setEntry(source.directory, source.name, undefined);
    setEntry(target.directory, target.name, node);
    this.#isOvercounted = true;
    this.#after('rename', to);
  }

  #list(path: string): string[] {
    this.#before('list', path);
    return [...lookUpDirectory(this.#root, path, 'list').entries.keys()].sort();
  }

  #syncView(): SyncDisk {
    return {
      open: (path) => this.#open(path),
      create: (path) => this.#create(path),
      status: (path) => this.#status(path),
      makeDirectory: (path) => this.#makeDirectory(path),
      remove: (path) => this.#remove(path),
      fsyncDirectory: (path) => this.#fsyncDirectory(path),
    };
  }
}

function append(inode: MemoryInode, data: Uint8Array): void {
  const needed = inode.length + data.length;
  if (needed > inode.bytes.length) {
    const grown = new Uint8Array(Math.max(needed, 2 * inode.bytes.length));
    grown.set(inode.bytes.subarray(0, inode.length));
    inode.bytes = grown;
  }
  inode.bytes.set(data, inode.length);
  inode.length = needed;
}
