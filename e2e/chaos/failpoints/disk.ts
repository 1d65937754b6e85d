import type { Disk, File } from '@mapreduce/service';
import type { DiskCrossing } from './table.ts';
import type { Trigger } from './trigger.ts';

/** A disk whose operations cross a failpoint. */
export function crossedDisk(inner: Disk, trigger: Trigger): Disk {
  const { crossing } = trigger.failpoint;
  if (crossing.port !== 'disk') return inner;
  const isHere = (method: DiskCrossing['method'], path: string) =>
    method === crossing.method && crossing.path.test(path);
  const cross = <T>(method: DiskCrossing['method'], path: string, run: () => Promise<T>) =>
    isHere(method, path) ? trigger.cross(run) : run();

  const crossedFile = (path: string, file: File): File => ({
    read: (target, position) => file.read(target, position),
    append: (data) =>
      isHere('append', path)
        ? trigger.cross(
            () => file.append(data),
            () => file.append(data.subarray(0, data.length >> 1)),
          )
        : file.append(data),
    fsync: () => cross('fsync', path, () => file.fsync()),
    close: () => file.close(),
  });
  return {
    open: (path) => inner.open(path),
    create: (path) =>
      cross('create', path, async () => crossedFile(path, await inner.create(path))),
    read: (path) => inner.read(path),
    write: (path, data) => cross('write', path, () => inner.write(path, data)),
    status: (path) => inner.status(path),
    link: (from, to) => cross('link', to, () => inner.link(from, to)),
    rename: (from, to) => cross('rename', to, () => inner.rename(from, to)),
    remove: (path) => inner.remove(path),
    list: (path) => inner.list(path),
    makeDirectory: (path) => inner.makeDirectory(path),
    fsyncDirectory: (path) => cross('fsyncDirectory', path, () => inner.fsyncDirectory(path)),
    freeBytes: (path) => inner.freeBytes(path),
  };
}
