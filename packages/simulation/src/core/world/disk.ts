import type { Disk, File } from '@mapreduce/service';
import type { SeededRandom } from '@mapreduce/service/virtual';
import type { SimulatedProcess } from './process.ts';
import type { World } from './world.ts';

/** An operation takes up to so long. */
const slowestMs = 0.4;

/**
 * The world's disk as a process sees it. An operation has its effect when it is called, and the
 * process learns of it a little later: a kill in between leaves done what nobody knows of.
 */
export function diskOf(world: World, process: SimulatedProcess, random: SeededRandom): Disk {
  const { async: disk } = world.disk;
  const later = <T>(operation: Promise<T>): Promise<T> => {
    const delay = random.float() * slowestMs;
    return new Promise<T>((resolve) => {
      const learn = () => world.tell(process, delay, () => resolve(operation));
      operation.then(learn, learn);
    });
  };
  const slow = (file: File): File => ({
    read: (target, position) => later(file.read(target, position)),
    append: (data) => later(file.append(data)),
    fsync: () => later(file.fsync()),
    close: () => later(file.close()),
  });
  return {
    open: async (path) => slow(await later(disk.open(path))),
    create: async (path) => slow(await later(disk.create(path))),
    read: (path) => later(disk.read(path)),
    write: (path, data) => later(disk.write(path, data)),
    status: (path) => later(disk.status(path)),
    link: (from, to) => {
      const linked = disk.link(from, to);
      linked.then(
        () => world.log.add(process.name, `links ${to}`),
        () => world.log.add(process.name, `could not link ${to}`),
      );
      return later(linked);
    },
    rename: (from, to) => later(disk.rename(from, to)),
    remove: (path) => later(disk.remove(path)),
    list: (path) => later(disk.list(path)),
    makeDirectory: (path) => later(disk.makeDirectory(path)),
    fsyncDirectory: (path) => later(disk.fsyncDirectory(path)),
    freeBytes: (path) => later(disk.freeBytes(path)),
  };
}
