import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Input } from '@mapreduce/protocol';
import { isSmall } from './is-small.ts';

const directory = mkdtempSync(join(tmpdir(), 'is-small-'));
const path = (name: string): Input => ({
  ...{ kind: 'path', path: join(directory, name), shared: true },
});

beforeAll(() => {
  mkdirSync(join(directory, 'few/deep'), { recursive: true });
  mkdirSync(join(directory, 'many'));
  mkdirSync(join(directory, 'endless'));
  symlinkSync('.', join(directory, 'endless/self'));
  writeFileSync(join(directory, 'few/a'), 'text');
  writeFileSync(join(directory, 'few/deep/half'), '');
  truncateSync(join(directory, 'few/deep/half'), 4 * 2 ** 20);
  for (let index = 0; index < 300; index++) writeFileSync(join(directory, `many/${index}`), '');
});
afterAll(() => rmSync(directory, { recursive: true }));

it.each<[string, Input[], boolean]>([
  ['a file, and a directory of others', [path('few/a'), path('few/deep')], true],
  ['what is too large together', [path('few'), path('few'), path('few/deep/half')], false],
  ['more files than it takes no time to look at', [path('many')], false],
  ['a directory that holds itself', [path('endless')], false],
  ['what nobody knows the size of', [{ kind: 'http', url: 'http://x.example/' }], false],
])('%s: small or not', (_, inputs, small) => {
  expect(isSmall(inputs)).toBe(small);
});
