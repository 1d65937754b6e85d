import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findInputs } from './find-inputs.ts';

let directory: string;
const inside = (name: string) => join(directory, name);
const path = (name: string) => ({ kind: 'path', path: inside(name), shared: true });

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'inputs-'));
  mkdirSync(inside('folder.txt'));
  for (const name of ['b.txt', 'a.txt', 'é.txt', 'c.csv', 'we[ird].txt']) {
    writeFileSync(inside(name), name);
  }
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe('findInputs', () => {
  it('keeps files and directories as they were named, in the order of the command line', () => {
    expect(findInputs([inside('b.txt'), directory, inside('a.txt')])).toEqual([
      path('b.txt'),
      { kind: 'path', path: directory, shared: true },
      path('a.txt'),
    ]);
  });

  it("expands a glob to files alone, in the order of their names' bytes", () => {
    expect(findInputs([inside('?.txt')])).toEqual([path('a.txt'), path('b.txt'), path('é.txt')]);
  });

  it('takes a name with the characters of a glob for a file that has it', () => {
    expect(findInputs([inside('we[ird].txt')])).toEqual([path('we[ird].txt')]);
  });

  it('passes URLs on', () => {
    expect(findInputs(['https://example.org/books/1.txt?x=*'])).toEqual([
      { kind: 'http', url: 'https://example.org/books/1.txt?x=*' },
    ]);
  });

  it('refuses what is read once or has no end: a pipe, a device', () => {
    execFileSync('mkfifo', [inside('pipe')]);
    const faults = [inside('pipe'), '/dev/zero'].map(
      (name) => `input ${name}: not a regular file; save what it gives to one first`,
    );
    expect(() => findInputs([inside('pipe'), '/dev/zero'])).toThrow(
      expect.objectContaining({ message: faults.join('\n') }),
    );
    rmSync(inside('pipe'));
  });

  it('names every input that cannot be used', () => {
    expect(() => findInputs([inside('a.txt'), inside('nope'), inside('*.pdf'), 'http://'])).toThrow(
      `input ${inside('nope')}: no such file or directory\n` +
        `input ${inside('*.pdf')}: the pattern matches no file\n` +
        'input http://: not a URL',
    );
  });
});
