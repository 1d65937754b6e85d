import { join } from 'node:path';
import { run } from './run.ts';

const root = join(import.meta.dirname, '../../..');

export interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `kubectl mapreduce ARGS`, as kubectl finds the plugin on the PATH. */
export async function mapreduce(namespace: string, ...args: readonly string[]): Promise<Said> {
  const path = `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`;
  const whole = ['mapreduce', ...args, '-n', namespace];
  const { code, stdout, stderr } = await run('kubectl', whole, { env: { PATH: path } });
  return { code, stdout: stdout.toString(), stderr };
}
