import { expect, it } from '@jest/globals';
import { programName } from './program-name.ts';

it.each([
  ['https://x.example/programs/count.ts?v=2', 'count.ts'],
  ['https://x.example:99999/count.ts', 'count.ts'],
])('a program at %s goes by the name of its file, though the URL be none', (url, name) => {
  expect(programName({ url: { url, sha256: '' } })).toBe(name);
});
