import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { watchResident } from './resident-limit.ts';

const mebibyte = 2 ** 20;
const limit = 300 * mebibyte;

/** A process that takes so much memory outside of V8's heap, says so, and waits. */
async function hoarder(mebibytes: number) {
  const program = `
    const hoard = Buffer.alloc(${mebibytes} * ${mebibyte}, 1);
    process.stdout.write(String(hoard.length));
    process.stdin.resume();`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

// Where there is a /proc.
const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('a process is over its limit by what lies outside of its heap', async () => {
  const children = await Promise.all([hoarder(1), hoarder(400)]);
  const over = new Map<number, number>();
  const [small = 0, large = 0] = children.map(({ pid }) => pid ?? 0);
  const stops = [small, large].map((pid) =>
    watchResident(pid, limit, (bytes) => over.set(pid, bytes)),
  );
  try {
    while (over.size === 0) await delay(10);
    expect([...over.keys()]).toEqual([large]);
    expect(over.get(large)).toBeGreaterThan(400 * mebibyte);
  } finally {
    for (const stop of stops) stop();
    const ended = children.map((child) => once(child, 'exit'));
    for (const child of children) child.kill();
    await Promise.all(ended);
  }
});
