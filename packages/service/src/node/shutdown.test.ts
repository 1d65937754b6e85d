import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';

const url = new URL('shutdown.ts', import.meta.url).href;

/** Starts a process with this code; `says` resolves with what it prints next. */
async function run(code: string) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const says = async () => String(((await once(child.stdout, 'data')) as unknown[])[0]).trim();
  expect(await says()).toBe('ready');
  return { child, says };
}

test('the first signal aborts, the second ends the process', async () => {
  const { child, says } = await run(`import { shutdownSignal } from '${url}';
    const signal = shutdownSignal();
    signal.addEventListener('abort', () => console.log(signal.reason));
    setInterval(() => 0, 1000);
    console.log('ready');`);
  child.kill('SIGTERM');
  expect(await says()).toBe('SIGTERM');
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([130, null]);
});

test('a process that others depend on is first told to drain, then to leave, then ended', async () => {
  const code = `import { leaveSignals } from '${url}';
    for (const [name, signal] of Object.entries(leaveSignals())) {
      signal.addEventListener('abort', () => console.log(name));
    }
    setInterval(() => 0, 1000);
    console.log('ready');`;
  const { child, says } = await run(code);
  for (const stage of ['drain', 'leave']) {
    child.kill('SIGTERM');
    expect(await says()).toBe(stage);
  }
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([143, null]);
  const hasty = await run(code);
  hasty.child.kill('SIGINT');
  expect(await hasty.says()).toBe('leave');
  hasty.child.kill('SIGKILL');
});
