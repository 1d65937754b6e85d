import { beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mapreduce, succeed } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';
import { program } from './support/programs.ts';

const scratch = temporaryDirectory();
const input = join(scratch, 'input.txt');
const output = join(scratch, 'output');
const temporary = join(scratch, 'tmp');

/** Its standard output is a pipe that nobody reads, and then a full disk. */
const unread = ['bash', '-c', 'set -o pipefail; "$@" | true', 'bash'];
const full = ['bash', '-c', '"$@" > /dev/full', 'bash'];

beforeAll(async () => {
  writeFileSync(input, 'one\ntwo\nthree\n'.repeat(20_000));
  mkdirSync(temporary);
  await succeed(['run', 'wordcount', input, '-o', output]);
});

describe('a reader that has gone', () => {
  it.each([[[]], [['--json']]])('a job goes on without it, %j', async (flags) => {
    const unseen = join(scratch, `unseen${flags.join('')}`);
    const { code, stderr } = await mapreduce(
      ['run', program('slow-word-count.ts'), input, '-o', unseen, ...flags],
      { env: { TMPDIR: temporary, E2E_MAP_MS: '10' }, prefix: unread },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(existsSync(join(unseen, '_SUCCESS'))).toBe(true);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it.each([['cat'], ['verify']])('%s ends as if it had been there', async (command) => {
    const { code, stderr } = await mapreduce([command, output], { prefix: unread });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('standard output that cannot be written', () => {
  it.each([['cat'], ['verify'], ['run']])('%s says so, in one message', async (command) => {
    const args =
      command === 'run'
        ? ['run', 'wordcount', input, '-o', join(scratch, 'lost')]
        : [command, output];
    const { code, stderr } = await mapreduce(args, { env: { TMPDIR: temporary }, prefix: full });
    expect(stderr).toMatch(/^error: standard output: cannot be written: ENOSPC.*\n$/);
    expect(code).toBe(2);
    expect(readdirSync(temporary)).toEqual([]);
  });
});
