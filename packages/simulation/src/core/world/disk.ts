import { DiskError, type Disk, type File, type SyncDisk, type SyncFile } from '@mapreduce/service';
import type { SeededRandom } from '@mapreduce/service/virtual';
import type { SimulatedProcess } from './process.ts';
import type { World } from './world.ts';

/** An operation takes up to so long. */
const slowestMs = 0.4;

/**
 * The world's disk as a process sees it. An operation has its effect when it is called, and the
 * process learns of it a little later: a kill in between leaves done what nobody knows of. A dead
 * process, whose code may still be on the stack, does nothing to the disk.
 */
export function diskOf(world: World, process: SimulatedProcess, random: SeededRandom): Disk {
  const { async: disk } = world.disk;
  const later = <T>(operate: () => Promise<T>): Promise<T> => {
    if (process.isDead) return never();
    const operation = operate();
    const delay = random.float() * slowestMs;
    return new Promise<T>((resolve) => {
      const learn = () => world.tell(process, delay, () => resolve(operation));
      operation.then(learn, learn);
    });
  };
  const slow = (file: File): File => ({
    read: (target, position) => later(() => file.read(target, position)),
    append: (data) => later(() => file.append(data)),
    fsync: () => later(() => file.fsync()),
    close: () => later(() => file.close()),
  });
  return {
    open: async (path) => slow(await later(() => disk.open(path))),
    create: async (path) => slow(await later(() => disk.create(path))),
    read: (path) => later(() => disk.read(path)),
    write: (path, data) => later(() => disk.write(path, data)),
    status: (path) => later(() => disk.status(path)),
    link: (from, to) =>
      later(() => {
        const linked = disk.link(from, to);
        linked.then(
          () => world.log.add(process.name, `links ${to}`),
          () => world.log.add(process.name, `could not link ${to}`),
        );
        return linked;
      }),
    rename: (from, to) => later(() => disk.rename(from, to)),
    remove: (path) => later(() => disk.remove(path)),
    list: (path) => later(() => disk.list(path)),
    makeDirectory: (path) => later(() => disk.makeDirectory(path)),
    fsyncDirectory: (path) => later(() => disk.fsyncDirectory(path)),
    freeBytes: (path) =>
      later(async () => (world.diskConditions.isFull(path) ? 0 : disk.freeBytes(path))),
  };
}

/** The same for an executor, whose operations take no time. */
export function syncDiskOf(world: World, process: SimulatedProcess): SyncDisk {
  const { sync: disk } = world.disk;
  const alive = (path: string) => {
    if (process.isDead) throw new DiskError('EIO', path, `${process.name} is dead`);
  };
  const guarded = (path: string, file: SyncFile): SyncFile => ({
    read: (target, position) => file.read(target, position),
    append: (data) => {
      alive(path);
      file.append(data);
    },
    startWriteback: () => file.startWriteback(),
    fsync: () => {
      alive(path);
      file.fsync();
    },
    close: () => file.close(),
  });
  return {
    open: (path) => disk.open(path),
    create: (path) => {
      alive(path);
      return guarded(path, disk.create(path));
    },
    status: (path) => disk.status(path),
    makeDirectory: (path) => {
      alive(path);
      disk.makeDirectory(path);
    },
    remove: (path) => {
      alive(path);
      disk.remove(path);
    },
    fsyncDirectory: (path) => {
      alive(path);
      disk.fsyncDirectory(path);
    },
  };
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
