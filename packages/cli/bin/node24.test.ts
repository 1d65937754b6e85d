import { afterEach, expect, test } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const launcher = new URL('./node24.js', import.meta.url).href;
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** Starts a launcher that runs `program` in its place. */
function launch(program: string) {
  const start = `import { becomeNode24 } from ${JSON.stringify(launcher)};
    becomeNode24(['-e', ${JSON.stringify(program)}, 'one', 'two words']);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', start], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  started.push(child);
  return child;
}

async function outcome(child: ChildProcess): Promise<unknown[]> {
  return once(child, 'close');
}

test('the program gets its arguments and standard streams', async () => {
  const child = launch(
    'process.stdin.on("data", (d) => process.stdout.write(d + process.argv.slice(1)))',
  );
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stdin.end('in,');
  await outcome(child);
  expect(output).toBe('in,one,two words');
});

test.each([0, 3, 130])('exit code %i is passed on', async (code) => {
  expect(await outcome(launch(`process.exit(${code})`))).toEqual([code, null]);
});

test.each(['SIGTERM', 'SIGKILL'])('death of the program by %s is passed on', async (signal) => {
  const child = launch(`process.kill(process.pid, ${JSON.stringify(signal)})`);
  expect(await outcome(child)).toEqual([null, signal]);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s reaches the program, and the launcher waits for its end',
  async (signal) => {
    const child = launch(`process.once(${JSON.stringify(signal)}, () => process.exit(7));
      setInterval(() => {}, 1000); process.stdout.write('ready')`);
    await once(child.stdout, 'data');
    child.kill(signal);
    expect(await outcome(child)).toEqual([7, null]);
  },
);
