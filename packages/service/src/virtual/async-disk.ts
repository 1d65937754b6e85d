import type { Disk, File, SyncDisk, SyncFile } from '../ports/disk.ts';

/** What the asynchronous disk has beyond the synchronous one. */
export interface DiskExtras {
  link(from: string, to: string): void;
  rename(from: string, to: string): void;
  list(path: string): string[];
  freeBytes(path: string): number;
}

/** A disk whose operations take effect at once, in the order of the calls. */
export function asyncDisk(disk: SyncDisk, extras: DiskExtras): Disk {
  return {
    open: (path) => run(() => asyncFile(disk.open(path))),
    create: (path) => run(() => asyncFile(disk.create(path))),
    read: (path) =>
      run(() => {
        const file = disk.open(path);
        const data = new Uint8Array(disk.status(path).size);
        file.read(data, 0);
        file.close();
        return data;
      }),
    write: (path, data) =>
      run(() => {
        const file = disk.create(path);
        file.append(data);
        file.fsync();
        file.close();
      }),
    status: (path) => run(() => disk.status(path)),
    link: (from, to) => run(() => extras.link(from, to)),
    rename: (from, to) => run(() => extras.rename(from, to)),
    remove: (path) => run(() => disk.remove(path)),
    list: (path) => run(() => extras.list(path)),
    makeDirectory: (path) => run(() => disk.makeDirectory(path)),
    fsyncDirectory: (path) => run(() => disk.fsyncDirectory(path)),
    freeBytes: (path) => run(() => extras.freeBytes(path)),
  };
}

function asyncFile(file: SyncFile): File {
  return {
    read: (target, position) => run(() => file.read(target, position)),
    append: (data) => run(() => file.append(data)),
    fsync: () => run(() => file.fsync()),
    close: () => run(() => file.close()),
  };
}

/** Does it now, tells of it by a promise. */
function run<T>(operation: () => T): Promise<T> {
  return new Promise((resolve) => resolve(operation()));
}
