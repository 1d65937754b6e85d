import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';

const url = new URL('shutdown.ts', import.meta.url).href;

test('the first signal aborts, the second ends the process', async () => {
  const code = `import { shutdownSignal } from '${url}';
    const signal = shutdownSignal();
    signal.addEventListener('abort', () => console.log(signal.reason));
    setInterval(() => 0, 1000);
    console.log('ready');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const says = async () => String(((await once(child.stdout, 'data')) as unknown[])[0]).trim();
  expect(await says()).toBe('ready');
  child.kill('SIGTERM');
  expect(await says()).toBe('SIGTERM');
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([130, null]);
});
