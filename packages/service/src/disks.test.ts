import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { nodeDisk, nodeSyncDisk } from './node/index.ts';
import { DiskError, type Disk, type SyncDisk } from './ports/disk.ts';
import { MemoryDisk } from './virtual/index.ts';

const root = mkdtempSync(join(tmpdir(), 'mapreduce-disk-'));
afterAll(() => rmSync(root, { recursive: true }));

const memory = new MemoryDisk();
memory.sync.makeDirectory('/data');
const disks: [string, { disk: Disk; sync: SyncDisk; base: string }][] = [
  ['node', { disk: nodeDisk, sync: nodeSyncDisk, base: root }],
  ['memory', { disk: memory.async, sync: memory.sync, base: '/data' }],
];

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);
const code = async (run: () => Promise<unknown>) => {
  try {
    await run();
    return 'no error';
  } catch (error) {
    return error instanceof DiskError ? error.code : String(error);
  }
};

describe.each(disks)('%s disk', (_name, { disk, sync, base }) => {
  const at = (name: string) => `${base}/${name}`;

  test('appends, reads back and tells sizes', async () => {
    const file = await disk.create(at('a'));
    await Promise.all([file.append(bytes('hello ')), file.append(bytes('world'))]);
    const target = new Uint8Array(20);
    expect(await file.read(target, 6)).toBe(5);
    expect(text(target.subarray(0, 5))).toBe('world');
    expect(await file.read(target, 11)).toBe(0);
    await file.fsync();
    await file.close();
    await file.close();
    expect(text(await disk.read(at('a')))).toBe('hello world');
    expect(await disk.status(at('a'))).toMatchObject({ size: 11, isFile: true });
    expect(await disk.status(base)).toMatchObject({ isFile: false, isDirectory: true });
  });

  test('removes what is missing without complaint, also below a file', async () => {
    await disk.write(at('file'), bytes('x'));
    await disk.remove(at('nowhere/at/all'));
    await disk.remove(at('file/below'));
    expect(text(await disk.read(at('file')))).toBe('x');
  });

  test('what has begun to be written back is read back, synced and removed as ever', () => {
    sync.makeDirectory(at('back'));
    const file = sync.create(at('back/file'));
    for (let i = 0; i < 20; i += 1) {
      file.append(new Uint8Array(1_000).fill(i));
      file.startWriteback();
    }
    file.fsync();
    const target = new Uint8Array(1);
    expect([file.read(target, 19_999), target[0]]).toEqual([1, 19]);
    file.close();
    expect(() => file.startWriteback()).toThrow(DiskError);
    sync.remove(at('back'));
    expect(() => sync.status(at('back/file'))).toThrow(DiskError);
  });

  test('the synchronous view is of the same files', () => {
    sync.makeDirectory(at('deep/er'));
    const file = sync.create(at('deep/er/file'));
    file.append(new Uint8Array(100_000).fill(7));
    file.append(bytes('end'));
    file.fsync();
    const target = new Uint8Array(4);
    expect(file.read(target, 99_999)).toBe(4);
    expect([...target]).toEqual([7, ...bytes('end')]);
    file.close();
    file.close();
    sync.fsyncDirectory(at('deep/er'));
    const again = sync.open(at('deep/er/file'));
    expect(again.read(target, 100_003)).toBe(0);
    again.close();
    expect(() => again.read(target, 0)).toThrow(DiskError);
    expect(sync.status(at('deep/er/file')).size).toBe(100_003);
    sync.remove(at('deep'));
    sync.remove(at('deep'));
    expect(() => sync.open(at('deep/er/file'))).toThrow(/ENOENT/);
  });

  test('link gives one file two names and refuses a name that is taken', async () => {
    await disk.write(at('one'), bytes('1'));
    await disk.write(at('two'), bytes('2'));
    await disk.link(at('one'), at('linked'));
    expect(text(await disk.read(at('linked')))).toBe('1');
    expect(await code(() => disk.link(at('two'), at('linked')))).toBe('EEXIST');
    expect(text(await disk.read(at('linked')))).toBe('1');
    await disk.remove(at('one'));
    expect(text(await disk.read(at('linked')))).toBe('1');
  });

  test('rename replaces; remove takes whole trees and misses nothing', async () => {
    await disk.makeDirectory(at('tree/branch'));
    await disk.write(at('tree/branch/x'), bytes('x'));
    await disk.write(at('tree/y'), bytes('y'));
    await disk.rename(at('tree/branch/x'), at('tree/y'));
    expect(text(await disk.read(at('tree/y')))).toBe('x');
    expect(await disk.list(at('tree'))).toEqual(['branch', 'y']);
    await disk.fsyncDirectory(at('tree'));
    await disk.remove(at('tree'));
    await disk.remove(at('tree'));
    expect(await code(() => disk.list(at('tree')))).toBe('ENOENT');
  });

  test('lists names by code units', async () => {
    await disk.makeDirectory(at('names'));
    for (const name of ['b', 'B', 'a', '10', '9', 'é'])
      await disk.write(at(`names/${name}`), bytes(''));
    expect(await disk.list(at('names'))).toEqual(['10', '9', 'B', 'a', 'b', 'é']);
  });

  test.each([
    ['open a missing file', 'ENOENT', (d: Disk) => d.open(at('missing'))],
    ['read a missing file', 'ENOENT', (d: Disk) => d.read(at('missing'))],
    ['status of a missing file', 'ENOENT', (d: Disk) => d.status(at('missing'))],
    ['create in a missing directory', 'ENOENT', (d: Disk) => d.create(at('missing/x'))],
    ['create what exists', 'EEXIST', (d: Disk) => d.create(at('exists'))],
    ['write what exists', 'EEXIST', (d: Disk) => d.write(at('exists'), bytes(''))],
    ['go through a file', 'ENOTDIR', (d: Disk) => d.open(at('exists/x'))],
    ['link a missing file', 'ENOENT', (d: Disk) => d.link(at('missing'), at('x'))],
    ['rename a missing file', 'ENOENT', (d: Disk) => d.rename(at('missing'), at('x'))],
    ['fsync a missing directory', 'ENOENT', (d: Disk) => d.fsyncDirectory(at('missing'))],
  ])('%s fails with %s', async (_what, expected, run) => {
    await disk.remove(at('exists'));
    await disk.write(at('exists'), bytes('is'));
    expect(await code(() => run(disk))).toBe(expected);
  });

  test('knows its free space, and refuses to write to a file opened for reading', async () => {
    expect(await disk.freeBytes(base)).toBeGreaterThan(0);
    await disk.write(at('read-only'), bytes('x'));
    const file = await disk.open(at('read-only'));
    expect(await code(() => file.append(bytes('y')))).toBe('EBADF');
    await file.close();
  });
});
