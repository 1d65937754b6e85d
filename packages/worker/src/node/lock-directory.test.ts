import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnfitError } from '../core/errors.ts';
import { lockDirectory } from './lock-directory.ts';

let directory: string;

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'lock-')), 'worker');
});

afterEach(() => rmSync(join(directory, '..'), { recursive: true }));

/** Another process that holds the directory. */
async function holder() {
  const script = `
    const { lockDirectory } = await import(${JSON.stringify(import.meta.dirname + '/lock-directory.ts')});
    await lockDirectory(${JSON.stringify(directory)});
    console.log('held');
    setInterval(() => undefined, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--no-warnings', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

describe('lockDirectory', () => {
  test('makes the directory; once released, it leaves nothing and can be held again', async () => {
    const first = await lockDirectory(directory);
    await first.release();
    expect(readdirSync(directory)).toEqual([]);
    const second = await lockDirectory(directory);
    await second.release();
  });

  test('of two at once, at most one holds it', async () => {
    const tries = await Promise.allSettled([lockDirectory(directory), lockDirectory(directory)]);
    const held = tries.filter((one) => one.status === 'fulfilled');
    expect(held.length).toBeLessThanOrEqual(1);
    for (const one of tries) {
      if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(UnfitError);
      else await one.value.release();
    }
  });

  test('a stopped process holds it, a killed one does not', async () => {
    const child = await holder();
    try {
      child.kill('SIGSTOP');
      await expect(lockDirectory(directory)).rejects.toThrow('another worker uses it');
      child.kill('SIGKILL');
      await once(child, 'exit');
      const mine = await lockDirectory(directory);
      expect(readdirSync(directory)).toHaveLength(1);
      await mine.release();
    } finally {
      child.kill('SIGKILL');
    }
  });

  test('a path that no socket can have is refused', async () => {
    await expect(lockDirectory(join(directory, 'x'.repeat(90)))).rejects.toThrow(UnfitError);
  });
});
