import { expect, it } from '@jest/globals';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { mapreduce, succeed, type CommandOptions } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';

const scratch = temporaryDirectory();
const input = join(scratch, 'input.txt');
writeFileSync(input, 'one two three\n');
chmodSync(scratch, 0o755);
const temporary = join(scratch, 'tmp');
mkdirSync(temporary);
chmodSync(temporary, 0o777);
const closed = join(scratch, 'closed');
mkdirSync(join(closed, 'deeper'), { recursive: true });
chmodSync(join(closed, 'deeper'), 0o000);

/** Root reads everything. */
const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
const unprivileged: CommandOptions = {
  env: { TMPDIR: temporary, HOME: temporary },
  prefix: process.getuid?.() === 0 ? nobody : [],
};

/** Expects one message, without a trace, and exit code 2. */
async function refused(args: readonly string[], says: RegExp, options: CommandOptions = {}) {
  const { code, stderr } = await mapreduce(args, options);
  expect(stderr).toMatch(says);
  expect(stderr.match(/^(?:error:|failed )/gm)).toHaveLength(1);
  expect(stderr).not.toMatch(/unexpected|^ {4}at /m);
  expect(code).toBe(2);
}

it('an input directory whose inside this user may not read', () =>
  refused(['run', 'wordcount', closed, '-o', join(temporary, 'out')], /deeper/, unprivileged));

it('an input directory that holds itself', async () => {
  const endless = join(scratch, 'endless');
  mkdirSync(endless);
  symlinkSync('.', join(endless, 'self'));
  await refused(['run', 'wordcount', endless, '-o', join(scratch, 'out-endless')], /endless/);
});

it('a directory for temporary files that is not there', () =>
  refused(['run', 'wordcount', input, '-o', join(scratch, 'out')], /TMPDIR .*nowhere/, {
    env: { TMPDIR: join(scratch, 'nowhere') },
  }));

it('an output directory that this user may not read', () =>
  refused(
    ['run', 'wordcount', input, '-o', join(closed, 'deeper')],
    /closed\/deeper/,
    unprivileged,
  ));

it('names that are too long', async () => {
  const long = 'x'.repeat(300);
  await refused(['run', 'wordcount', input, '-o', join(scratch, long)], /xxx/);
  await refused(['run', join(scratch, long), input, '-o', join(scratch, 'out')], /xxx/);
});

it('an output to verify that this user may not read', () =>
  refused(['verify', join(closed, 'deeper')], /closed\/deeper/, unprivileged));

it('a part that is a directory', async () => {
  const output = join(scratch, 'with-directory');
  await succeed(['run', 'wordcount', input, '-o', output, '--reducers', '1']);
  rmSync(join(output, 'part-00000'));
  mkdirSync(join(output, 'part-00000'));
  await refused(['cat', output], /part .*part-00000: cannot be read: EISDIR/);
});

it('a port of a worker that is taken', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const token = join(scratch, 'token');
  writeFileSync(token, 'd'.repeat(64), { mode: 0o600 });
  await refused(
    [
      ...['worker', '--coordinator', 'http://127.0.0.1:9', '--token-file', token],
      ...['--host', '127.0.0.1', '--port', String(port)],
    ],
    new RegExp(`port ${port} of 127.0.0.1 is taken`),
  );
  server.close();
});
