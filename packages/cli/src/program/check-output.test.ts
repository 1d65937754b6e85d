import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkOutput } from './check-output.ts';

let directory: string;
const inside = (name: string) => join(directory, name);
const input = (name: string) => ({ what: 'input', path: inside(name) });

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'check-output-'));
  mkdirSync(inside('all/books'), { recursive: true });
  writeFileSync(inside('all/books/a.txt'), 'a');
  writeFileSync(inside('all/_SUCCESS'), '');
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

describe('an output directory', () => {
  it.each([false, true])('that is absent or empty is taken (overwrite: %p)', (overwrite) => {
    mkdirSync(inside('empty'));
    for (const name of ['absent', 'empty']) {
      checkOutput({ output: inside(name), overwrite }, [input('all/books'), input('gone')]);
    }
  });

  it('that is an earlier output is replaced when that is asked for, and named else', () => {
    const output = inside('all');
    writeFileSync(inside('other.txt'), 'other');
    checkOutput({ output, overwrite: true }, [input('other.txt')]);
    expect(() => checkOutput({ output, overwrite: false }, [input('other.txt')])).toThrow(
      'not empty; name another directory, or pass --overwrite',
    );
  });

  it.each([
    ['all', 'is the input'],
    ['all/books', 'holds the input'],
    ['all/books/a.txt', 'holds the input'],
  ])('that is or holds what the job reads is refused, whatever else it is: %s', (name, says) => {
    for (const overwrite of [false, true]) {
      const options = { output: relative(process.cwd(), inside('all')), overwrite };
      expect(() => checkOutput(options, [input(name)])).toThrow(`${says} ${inside(name)}`);
    }
  });

  it.each(['all/books', 'all/books/out', 'all/books/not/there/yet'])(
    'in an input is refused, as the next job would read it: %s',
    (name) => {
      mkdirSync(inside('all/books/out'));
      const output = relative(process.cwd(), inside(name));
      for (const overwrite of [false, true]) {
        expect(() => checkOutput({ output, overwrite }, [input('all')])).toThrow(
          `lies in the input ${inside('all')}, where the next job would read it`,
        );
      }
    },
  );

  it.each(['all/_out', 'all/books/.out', 'all/.hidden/out'])(
    'that no job over the input would read is taken: %s',
    (name) => checkOutput({ output: inside(name), overwrite: false }, [input('all')]),
  );

  it('is known by whatever name it or the input goes', () => {
    symlinkSync(inside('all'), inside('link'));
    symlinkSync(inside('all/books/a.txt'), inside('program.ts'));
    const program = { what: 'program', path: inside('program.ts') };
    expect(() => checkOutput({ output: inside('link'), overwrite: true }, [program])).toThrow(
      'holds the program',
    );
    expect(() =>
      checkOutput({ output: inside('all'), overwrite: true }, [input('link/books')]),
    ).toThrow('holds the input');
    expect(() =>
      checkOutput({ output: inside('link/new'), overwrite: true }, [input('all')]),
    ).toThrow('lies in the input');
  });

  it('is not taken for what lies beside it', () => {
    mkdirSync(inside('all/books2'));
    mkdirSync(inside('all/..books'));
    writeFileSync(inside('all/books2/_SUCCESS'), '');
    checkOutput({ output: inside('all/books2'), overwrite: true }, [input('all/books')]);
    expect(() =>
      checkOutput({ output: inside('all'), overwrite: true }, [input('all/..books')]),
    ).toThrow('holds the input');
  });

  it('that holds what no job wrote is not replaced', () => {
    expect(() => checkOutput({ output: inside('all/books'), overwrite: true }, [])).toThrow(
      'not empty, and not the output of a job',
    );
    expect(readdirSync(inside('all/books'))).toEqual(['a.txt']);
  });
});
