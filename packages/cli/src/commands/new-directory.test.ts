import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { NewDirectory } from './new-directory.ts';

const scratch = mkdtempSync(join(tmpdir(), 'new-directory-'));
afterAll(() => rmSync(scratch, { recursive: true }));

it('takes back every level that it has made, with what is in it', () => {
  const directory = new NewDirectory(join(scratch, 'a/b/c'));
  writeFileSync(join(scratch, 'a/b/c/file'), 'text');
  directory.takeBack();
  expect(readdirSync(scratch)).toEqual([]);
});

it('leaves a directory that was there', () => {
  const path = join(scratch, 'mine');
  mkdirSync(path);
  const directory = new NewDirectory(path);
  writeFileSync(join(path, 'file'), 'text');
  directory.takeBack();
  expect(readdirSync(path)).toEqual([]);
});

it('leaves a level in which somebody else has put something meanwhile', () => {
  const directory = new NewDirectory(join(scratch, 'shared/b'));
  writeFileSync(join(scratch, 'shared/theirs'), 'text');
  directory.takeBack();
  expect(readdirSync(join(scratch, 'shared'))).toEqual(['theirs']);
});

it('refuses what is not empty, and what cannot be made', () => {
  writeFileSync(join(scratch, 'file'), 'text');
  expect(() => new NewDirectory(scratch)).toThrow(/not empty; name a directory/);
  expect(() => new NewDirectory(join(scratch, 'file/below'))).toThrow(/cannot be made: ENOTDIR/);
  expect(existsSync(join(scratch, 'file'))).toBe(true);
});
