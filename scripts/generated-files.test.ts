import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { customResourceDefinition } from '@mapreduce/operator/crd';
import { parse } from 'yaml';
import { generatedFiles } from './generated-files.ts';

const root = join(import.meta.dirname, '..');

it.each([...(await generatedFiles())])(
  '%s is as the schemas say: npm run generate',
  (path, content) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(content);
  },
);

it('the manifest says all that the definition does', () => {
  const text = readFileSync(join(root, 'charts/mapreduce/files/mapreducejobs.yaml'), 'utf8');
  expect(parse(text)).toEqual(customResourceDefinition());
});
