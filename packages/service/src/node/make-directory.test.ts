import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeDirectory, makeDirectorySync } from './make-directory.ts';

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'make-directory-'));
});
afterEach(() => rmSync(scratch, { recursive: true }));

describe.each<[string, (path: string) => Promise<unknown>]>([
  ['makeDirectory', makeDirectory],
  ['makeDirectorySync', (path) => Promise.resolve().then(() => makeDirectorySync(path))],
])('%s', (_, make) => {
  it('makes every level that is missing, and none that is there', async () => {
    await make(join(scratch, 'a/b/c'));
    await make(join(scratch, 'a/b/c'));
    await make(join(scratch, 'a/b/d/'));
    expect(existsSync(join(scratch, 'a/b/c'))).toBe(true);
    expect(existsSync(join(scratch, 'a/b/d'))).toBe(true);
  });

  it('makes one for several who ask at once', async () => {
    const paths = ['x', 'y', 'z', 'x'].map((name) => join(scratch, 'deep/er', name));
    await expect(Promise.all(paths.map((path) => make(path)))).resolves.toHaveLength(4);
  });

  it('comes to an end where a directory takes none', async () => {
    await expect(make('/proc/none')).rejects.toThrow('ENOENT');
    await expect(make('/proc/none/below')).rejects.toThrow('ENOENT');
  });

  it('refuses a file in its place, and one above', async () => {
    writeFileSync(join(scratch, 'file'), '');
    await expect(make(join(scratch, 'file'))).rejects.toThrow('EEXIST');
    await expect(make(join(scratch, 'file/a/b'))).rejects.toThrow('ENOTDIR');
  });
});

it('tells the topmost directory that it has made', () => {
  mkdirSync(join(scratch, 'there'));
  expect(makeDirectorySync(join(scratch, 'there/a/b'))).toBe(join(scratch, 'there/a'));
  expect(makeDirectorySync(join(scratch, 'there/a/b'))).toBeUndefined();
});
