import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { plant, type NamedBug } from './bug.ts';
import { allBugs } from './bugs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bugs = await allBugs();

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** Whether the file has a test, or a table of tests, of that name. */
function hasTest(file: string, name: string): boolean {
  const titles = [...read(file).matchAll(/\(\s*(['"`])((?:(?!\1).)*)\1,\s*(?:async )?\(/g)];
  return titles.some(([, , title = '']) => {
    const parts = title.split(/[$%]\w+/).map((part) => part.replace(/\\(.)/g, '$1'));
    return parts.every((part) => name.includes(part)) && name.endsWith(parts.at(-1) ?? '');
  });
}

describe('the planted bugs', () => {
  test('are at least 40', () => expect(bugs.length).toBeGreaterThanOrEqual(40));

  test.each(bugs)('$name: its text is there once, and what replaces it is code', async (bug) => {
    const source = read(bug.file);
    const planted = plant(bug, source);
    expect(planted).not.toBe(source);
    await expect(transform(planted, { loader: 'ts' })).resolves.toBeDefined();
  });

  const tested = bugs.filter(({ caughtBy }) => caughtBy !== 'simulator');
  test.each(tested)('$name: the test that is to catch it is there', ({ caughtBy }) => {
    if (caughtBy === 'simulator') throw new Error('expected a test');
    expect(hasTest(caughtBy.file, caughtBy.name)).toBe(true);
  });
});

test('a bug whose text is gone, or there twice, is stale', () => {
  const bug: NamedBug = {
    ...{ name: 'b', breaks: '', file: 'a.ts', find: 'x', replace: 'y', caughtBy: 'simulator' },
  };
  expect(plant(bug, 'axb')).toBe('ayb');
  expect(() => plant(bug, 'ab')).toThrow('b is stale: its text is in a.ts 0 times, not once');
  expect(() => plant(bug, 'xx')).toThrow('b is stale: its text is in a.ts 2 times, not once');
});
