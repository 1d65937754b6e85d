import type { Disk, File } from '@mapreduce/service';

/** A disk that tells how long each fsync of a file took whose name `isWatched` says yes to. */
export function timedDisk(
  disk: Disk,
  isWatched: (path: string) => boolean,
  onFsync: (ms: number) => void,
): Disk {
  return {
    open: (path) => disk.open(path),
    create: async (path) => {
      const file = await disk.create(path);
      return isWatched(path) ? timedFile(file, onFsync) : file;
    },
    read: (path) => disk.read(path),
    write: (path, data) => disk.write(path, data),
    status: (path) => disk.status(path),
    link: (from, to) => disk.link(from, to),
    rename: (from, to) => disk.rename(from, to),
    remove: (path) => disk.remove(path),
    list: (path) => disk.list(path),
    makeDirectory: (path) => disk.makeDirectory(path),
    fsyncDirectory: (path) => disk.fsyncDirectory(path),
    freeBytes: (path) => disk.freeBytes(path),
  };
}

function timedFile(file: File, onFsync: (ms: number) => void): File {
  return {
    read: (target, position) => file.read(target, position),
    append: (data) => file.append(data),
    fsync: async () => {
      const began = performance.now();
      await file.fsync();
      onFsync(performance.now() - began);
    },
    close: () => file.close(),
  };
}
