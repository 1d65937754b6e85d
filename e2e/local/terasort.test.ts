import { expect, it } from '@jest/globals';
import { join } from 'node:path';
import { succeed } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';

const scratch = temporaryDirectory();

it('TeraSort of a million records validates with the checksum that Hadoop publishes', async () => {
  const input = join(scratch, 'tera');
  const output = join(scratch, 'sorted');
  await succeed(['generate', 'teragen', '--records', '1000000', '-o', input]);
  await succeed([
    ...['run', 'terasort', input, '-o', output, '--quiet', '--reducers', '5'],
    ...['--split-size', '16Mi'],
  ]);
  const { stdout } = await succeed(['validate', 'terasort', output]);
  expect(stdout).toMatch(/^in order: 1,000,000 records, checksum 7a27e2d0d55de\b/);
  await succeed(['verify', output]);
}, 120_000);
