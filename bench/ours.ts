import { spawnSync } from 'node:child_process';
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Cache } from './data/cache.ts';
import type { Command } from './harness/command.ts';
import type { Job } from './peers/peer.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Programs that the command runs. */
export const programs = {
  /** Built in, and reads blocks. */
  blocks: 'wordcount',
  /** A user's file, bundled at the start, with `map(line, emit)`. */
  lines: join(root, 'examples/wordcount-lines/program.ts'),
  teraSort: 'terasort',
} as const;

/** The command as npm packs it. */
export class Ours {
  readonly #entry: string;

  constructor(entry: string) {
    this.#entry = entry;
  }

  readonly command = (...args: readonly string[]): Command => ({
    program: process.execPath,
    args: [this.#entry, ...args],
  });

  /** `mapreduce run` of a program, with flags beside the job's own. */
  run(program: string, job: Job, ...flags: readonly string[]): Command {
    const { inputs, output, reducers, scratch } = job;
    return {
      ...this.command(
        ...['run', program, ...inputs, '--output', output, '--reducers', `${reducers}`],
        ...['--quiet', ...flags],
      ),
      env: { TMPDIR: scratch },
    };
  }

  readonly generateTera = (records: number, directory: string): Command =>
    this.command('generate', 'teragen', '--records', `${records}`, '--output', directory);
}

/**
 * Bundles the command into a place of its own, where no later build reaches it; throws what esbuild
 * complains of.
 */
export async function packOurs(cache: Cache): Promise<Ours> {
  const source = join(root, 'packages/cli');
  const { status, stderr } = spawnSync(process.execPath, [join(source, 'build.ts')], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the build of packages/cli failed:\n${stderr}`);
  const target = await cache.fresh('cli');
  for (const name of ['dist', 'package.json']) {
    cpSync(join(source, name), join(target, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(target, 'node_modules'));
  return new Ours(join(target, 'dist', 'mapreduce.js'));
}
