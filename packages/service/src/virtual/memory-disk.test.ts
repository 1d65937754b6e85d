import { describe, expect, test } from '@jest/globals';
import { DiskError } from '../ports/disk.ts';
import { MemoryDisk } from './memory-disk.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('MemoryDisk', () => {
  test('a crash keeps synced bytes under synced names, and nothing else', async () => {
    const disk = new MemoryDisk();
    disk.sync.makeDirectory('/d');
    disk.sync.fsyncDirectory('/');
    const file = disk.sync.create('/d/kept');
    file.append(bytes('synced'));
    file.fsync();
    file.append(bytes('lost'));
    await disk.async.write('/d/nameless', bytes('synced, but its name is not'));
    disk.sync.fsyncDirectory('/d');
    await disk.async.write('/d/late', bytes('late'));
    await disk.async.remove('/d/nameless');
    disk.crash();
    expect(disk.files()).toEqual(['/d/kept', '/d/nameless']);
    expect(new TextDecoder().decode(await disk.async.read('/d/kept'))).toBe('synced');
  });

  test('a directory whose own name was never synced is gone with all it holds', async () => {
    const disk = new MemoryDisk();
    disk.sync.makeDirectory('/a/b');
    await disk.async.write('/a/b/c', bytes('c'));
    disk.sync.fsyncDirectory('/a/b');
    disk.crash();
    expect(disk.files()).toEqual([]);
  });

  test('a crash of one tree leaves the others, and may tear a write', async () => {
    const disk = new MemoryDisk();
    for (const host of ['/one', '/two']) {
      disk.sync.makeDirectory(host);
      const file = disk.sync.create(`${host}/file`);
      disk.sync.fsyncDirectory(host);
      file.append(bytes('abcdef'));
    }
    disk.crash('/one', (unsynced) => unsynced - 2);
    expect((await disk.async.status('/one/file')).size).toBe(4);
    expect((await disk.async.status('/two/file')).size).toBe(6);
  });

  test('is full at its capacity, and has room again after a remove', async () => {
    const disk = new MemoryDisk({ capacity: 10 });
    await disk.async.write('/a', new Uint8Array(8));
    await disk.async.link('/a', '/b');
    await expect(disk.async.write('/c', new Uint8Array(3))).rejects.toMatchObject({
      code: 'ENOSPC',
    });
    await disk.async.remove('/a');
    expect(await disk.async.freeBytes('/')).toBe(2);
    await disk.async.remove('/b');
    await disk.async.write('/d', new Uint8Array(10));
    expect(await disk.async.freeBytes('/')).toBe(0);
  });

  test('fails where it is told to', () => {
    const disk = new MemoryDisk({
      before: (operation, path) => {
        if (operation === 'fsync') throw new DiskError('EIO', path, 'bad medium');
      },
    });
    const file = disk.sync.create('/a');
    file.append(bytes('x'));
    expect(() => file.fsync()).toThrow('bad medium');
    disk.crash();
    expect(disk.files()).toEqual([]);
  });

  test('tells of each change once it has had its effect, and of no other operation', async () => {
    const told: string[] = [];
    const disk = new MemoryDisk({
      after: (operation, path) => told.push(`${operation} ${path} ${disk.files().join()}`),
    });
    await disk.async.makeDirectory('/d');
    await disk.async.write('/d/a', bytes('a'));
    await disk.async.link('/d/a', '/d/b');
    await disk.async.rename('/d/b', '/d/c');
    await disk.async.fsyncDirectory('/d');
    await disk.async.read('/d/a');
    await disk.async.remove('/d/a');
    expect(told).toEqual([
      'makeDirectory /d ',
      'create /d/a /d/a',
      'append /d/a /d/a',
      'fsync /d/a /d/a',
      'link /d/b /d/a,/d/b',
      'rename /d/c /d/a,/d/c',
      'fsyncDirectory /d /d/a,/d/c',
      'remove /d/a /d/c',
    ]);
  });

  test('corrupt flips bits in place', async () => {
    const disk = new MemoryDisk();
    await disk.async.write('/a', new Uint8Array([1, 2, 3]));
    disk.corrupt('/a', 1, 0x80);
    expect([...(await disk.async.read('/a'))]).toEqual([1, 130, 3]);
    expect(() => disk.corrupt('/a', 3, 1)).toThrow('EINVAL');
  });
});
