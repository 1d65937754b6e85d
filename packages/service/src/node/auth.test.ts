import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import {
  Authenticator,
  newToken,
  readTokenFile,
  shuffleToken,
  workerTokens,
  writeTokenFile,
} from './auth.ts';

const directory = mkdtempSync(join(tmpdir(), 'mapreduce-auth-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('token files', () => {
  test('hold one token that only the owner may read', async () => {
    const path = join(directory, 'token');
    const token = newToken();
    writeTokenFile(path, token);
    expect(await readTokenFile(path)).toBe(token);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(() => writeTokenFile(path, newToken())).toThrow('EEXIST');
  });

  test('that are not there are named', async () => {
    const path = join(directory, 'absent');
    await expect(readTokenFile(path)).rejects.toThrow(
      `token file ${path}: cannot be read (ENOENT)`,
    );
  });

  test.each(['', 'secret', 'A'.repeat(64), `${'a'.repeat(64)} ${'b'.repeat(64)}`])(
    'refuse %j',
    async (text) => {
      const path = join(directory, 'bad');
      writeFileSync(path, text);
      await expect(readTokenFile(path)).rejects.toThrow('expected 64 lower-case hex digits');
    },
  );
});

describe('Authenticator', () => {
  const control = 'c'.repeat(64);
  const worker = 'd'.repeat(64);
  const authenticator = new Authenticator({ control, ...workerTokens(worker) });

  test.each([
    ['control', control, 'allowed'],
    ['worker', worker, 'allowed'],
    ['shuffle-read', shuffleToken(worker), 'allowed'],
    ['control', worker, 'forbidden'],
    ['worker', shuffleToken(worker), 'forbidden'],
    ['shuffle-read', worker, 'forbidden'],
    ['worker', 'e'.repeat(64), 'unauthenticated'],
    ['worker', `${worker}d`, 'unauthenticated'],
    ['worker', '', 'unauthenticated'],
  ] as const)('for %s, %s is %s', (role, token, access) => {
    expect(authenticator.check(`Bearer ${token}`, role)).toBe(access);
  });

  test.each([undefined, '', worker, `Basic ${worker}`, `Bearer  ${worker}`, `Bearer ${worker}\n`])(
    'refuses the header %j',
    (header) => {
      expect(authenticator.check(header, 'worker')).toBe('unauthenticated');
    },
  );

  test('allows nobody where it has no token', () => {
    expect(new Authenticator({}).check('Bearer undefined', 'worker')).toBe('unauthenticated');
  });

  test('the shuffle token is not the worker token, nor changes', () => {
    expect(shuffleToken(worker)).toMatch(/^[0-9a-f]{64}$/);
    expect(shuffleToken(worker)).toBe(shuffleToken(worker));
    expect(shuffleToken(worker)).not.toBe(worker);
  });
});
