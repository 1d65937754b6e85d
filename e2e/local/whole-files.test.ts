import { expect, it } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mapreduce, succeed } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';
import { program } from './support/programs.ts';

const scratch = temporaryDirectory();

it('a program that reads whole files is given the empty ones too', async () => {
  const input = join(scratch, 'in');
  mkdirSync(input);
  for (const [name, text] of Object.entries({ a: '', b: 'text', c: '' })) {
    writeFileSync(join(input, name), text);
  }
  const output = join(scratch, 'out');
  await succeed(['run', program('file-sizes.ts'), input, '-o', output, '--reducers', '1']);
  expect((await mapreduce(['cat', output])).stdout).toBe('a\t0\nb\t4\nc\t0\n');
});
