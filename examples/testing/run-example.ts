import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const launcher = join(root, 'packages/cli/bin/mapreduce.js');

/** Runs the command in the repository's root, as its README says. Throws unless it succeeds. */
export function mapreduce(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, ...args], {
    cwd: root,
    encoding: 'utf8',
    // What jest was started with is not for these processes.
    env: { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1' },
  });
  if (status === 0) return stdout;
  throw new Error(`mapreduce ${args.join(' ')} ended with ${String(status)}\n${stderr}${stdout}`);
}

/** Gives `act` a directory that goes when it returns. */
export function inTemporaryDirectory<T>(act: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'mapreduce-example-'));
  try {
    return act(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The parts in a directory, by name. */
export function partsIn(directory: string): Record<string, string> {
  const names = readdirSync(directory).filter((name) => name.startsWith('part-'));
  return Object.fromEntries(
    names.sort().map((name) => [name, readFileSync(join(directory, name), 'utf8')]),
  );
}

/** Runs an example with two reducers, and returns its parts beside those that are expected. */
export function runExample(
  name: string,
  input: string,
): { readonly parts: Record<string, string>; readonly expected: Record<string, string> } {
  return inTemporaryDirectory((directory) => {
    const output = join(directory, 'out');
    const program = `examples/${name}/program.ts`;
    mapreduce('run', program, input, '-o', output, '--reducers', '2', '--split-size', '1Ki');
    mapreduce('verify', output);
    return { parts: partsIn(output), expected: partsIn(join(root, 'examples', name, 'expected')) };
  });
}
