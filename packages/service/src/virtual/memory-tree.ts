import { DiskError } from '../ports/disk.ts';

/** A file's bytes. Links share it. The first `durable` bytes survive a crash. */
export interface MemoryInode {
  readonly kind: 'file';
  bytes: Uint8Array;
  length: number;
  durable: number;
  mtimeMs: number;
}

/** `durable` is what a crash leaves of `entries`: their state at the last fsync. */
export interface MemoryDirectory {
  readonly kind: 'directory';
  entries: Map<string, MemoryNode>;
  readonly durable: Map<string, MemoryNode>;
  /** Names whose entries may have changed since: a directory may have thousands that have not. */
  readonly changed: Set<string>;
}

export type MemoryNode = MemoryInode | MemoryDirectory;

export function newDirectory(): MemoryDirectory {
  return { kind: 'directory', entries: new Map(), durable: new Map(), changed: new Set() };
}

/** `name` leads to `node` from now on; undefined: to nothing. */
export function setEntry(
  { entries, changed }: MemoryDirectory,
  name: string,
  node: MemoryNode | undefined,
): void {
  if (node === undefined) entries.delete(name);
  else entries.set(name, node);
  changed.add(name);
}

/** Makes the entries durable. */
export function syncEntries({ entries, durable, changed }: MemoryDirectory): void {
  for (const name of changed) {
    const node = entries.get(name);
    if (node === undefined) durable.delete(name);
    else durable.set(name, node);
  }
  changed.clear();
}

export function newInode(mtimeMs: number): MemoryInode {
  return { kind: 'file', bytes: new Uint8Array(0), length: 0, durable: 0, mtimeMs };
}

export function fail(code: string, path: string, what: string): never {
  throw new DiskError(code, path, `cannot ${what} ${path}: ${code}`);
}

export function pathParts(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

/** The node at a path; `ENOENT` or `ENOTDIR` where there is none. */
export function lookUp(root: MemoryDirectory, path: string, what: string): MemoryNode {
  let node: MemoryNode = root;
  for (const part of pathParts(path)) {
    if (node.kind === 'file') fail('ENOTDIR', path, what);
    node = node.entries.get(part) ?? fail('ENOENT', path, what);
  }
  return node;
}

export function lookUpDirectory(
  root: MemoryDirectory,
  path: string,
  what: string,
): MemoryDirectory {
  const node = lookUp(root, path, what);
  return node.kind === 'directory' ? node : fail('ENOTDIR', path, what);
}

export function lookUpFile(root: MemoryDirectory, path: string, what: string): MemoryInode {
  const node = lookUp(root, path, what);
  return node.kind === 'file' ? node : fail('EISDIR', path, what);
}

/** The directory that a path's last name is in, and that name. */
export function parentOf(
  root: MemoryDirectory,
  path: string,
  what: string,
): { readonly directory: MemoryDirectory; readonly name: string } {
  const parts = pathParts(path);
  const name = parts.pop() ?? fail('EINVAL', path, what);
  return { directory: lookUpDirectory(root, parts.join('/'), what), name };
}

/** Bytes of all files below, each file once however many links it has. */
export function usedBytes(directory: MemoryDirectory): number {
  const inodes = new Set<MemoryInode>();
  const visit = (node: MemoryNode) => {
    if (node.kind === 'file') inodes.add(node);
    else for (const child of node.entries.values()) visit(child);
  };
  visit(directory);
  let total = 0;
  for (const inode of inodes) total += inode.length;
  return total;
}

/**
 * Leaves of a tree what a power cut leaves: durable entries and, of each file, its durable bytes
 * and of the rest as many as `keep` says.
 */
export function crashTree(directory: MemoryDirectory, keep: (unsynced: number) => number): void {
  directory.entries = new Map(directory.durable);
  directory.changed.clear();
  for (const node of directory.entries.values()) {
    if (node.kind === 'directory') crashTree(node, keep);
    else {
      node.length = node.durable + keep(node.length - node.durable);
      node.durable = node.length;
    }
  }
}
