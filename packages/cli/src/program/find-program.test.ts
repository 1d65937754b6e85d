import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findProgram } from './find-program.ts';

describe('findProgram', () => {
  it('finds built-ins by name', () => {
    expect(findProgram('wordcount')).toEqual({ kind: 'builtin', name: 'wordcount' });
  });

  it('finds files, and says that a directory is none', () => {
    const directory = mkdtempSync(join(tmpdir(), 'program-'));
    const path = join(directory, 'wordcount');
    writeFileSync(path, '');
    expect(findProgram(path)).toEqual({ kind: 'file', path });
    expect(() => findProgram(directory)).toThrow('is a directory; name the TypeScript');
    rmSync(directory, { recursive: true });
  });

  it.each(['constructor', '__proto__', 'nope.ts'])('does not know %s', (name) => {
    expect(() => findProgram(name)).toThrow(`program ${name}: no such file, and no built-in`);
  });

  it('suggests the built-in that a mistyped name means', () => {
    expect(() => findProgram('wrodcount')).toThrow('Did you mean wordcount?');
  });
});
