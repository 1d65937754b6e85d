import { Writable } from 'node:stream';
import { expect, it } from '@jest/globals';
import { watchStandardOutput } from './standard-output.ts';

function failing(code: string): Writable {
  const error = Object.assign(new Error(`${code}: cannot`), { code });
  return new Writable({ write: (_chunk, _encoding, done) => done(error) });
}

it.each(['EPIPE', 'EIO'])('a reader that has gone is no fault: %s', async (code) => {
  const stdout = failing(code);
  const written = watchStandardOutput(stdout, failing(code));
  stdout.write('text');
  await expect(written()).resolves.toBeUndefined();
});

it('what is lost to somebody who still reads is a fault', async () => {
  const stdout = failing('ENOSPC');
  const written = watchStandardOutput(stdout, failing('ENOSPC'));
  stdout.write('text');
  await expect(written()).rejects.toThrow('standard output: cannot be written: ENOSPC: cannot');
});

it('standard error may fail too, and nothing comes of it', async () => {
  const stderr = failing('EIO');
  const written = watchStandardOutput(failing('EIO'), stderr);
  const failed = new Promise((resolve) => stderr.once('error', resolve));
  stderr.write('text');
  await failed;
  await expect(written()).resolves.toBeUndefined();
});
