import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Suite } from './suite.ts';

/** A suite that is a program of its own, so that nothing else lives in its process. */
export function scriptSuite(name: string): Suite {
  const script = fileURLToPath(new URL(`../${name}`, import.meta.url));
  return ({ print }) => {
    print(`\n${name}:\n`);
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'inherit', 'inherit'] });
    const kill = () => child.kill('SIGKILL');
    process.on('exit', kill);
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        process.off('exit', kill);
        if (code === 0) resolve(undefined);
        else reject(new Error(`bench/${name} ended with ${code ?? signal}`));
      });
    });
  };
}
