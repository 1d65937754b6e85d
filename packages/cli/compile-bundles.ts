import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { compiledFolder, compiledScript, wrapped } from './src/packed/load-bundle.ts';

/** A small job, by which it shows what a run uses. */
export interface SampleJob {
  readonly program: string;
  readonly inputs: readonly string[];
}

const recorder = new URL('./record-compiled.ts', import.meta.url);

/**
 * Keeps what V8 compiles of each bundle in `dist` while the packed command runs jobs. It is of use to
 * this version of V8 alone, which is that of the Node.js that npm brings along.
 */
export function compileBundles(dist: string, bundles: readonly string[], job: SampleJob): void {
  mkdirSync(join(dist, compiledFolder));
  for (const name of bundles) {
    const source = readFileSync(join(dist, `${name}.js`), 'latin1');
    // What the loader takes; processes that record replace it.
    writeFileSync(join(dist, compiledFolder, name), new Script(wrapped(source)).createCachedData());
  }
  const scratch = mkdtempSync(join(tmpdir(), 'mapreduce-build-'));
  try {
    for (const program of ['wordcount', job.program]) {
      const output = join(scratch, `output-${program === 'wordcount' ? 'built-in' : 'module'}`);
      const args = ['run', program, ...job.inputs, '--output', output, '--reducers', '10'];
      execFileSync(process.execPath, [join(dist, 'mapreduce.js'), ...args, '--quiet'], {
        env: { ...process.env, NODE_OPTIONS: `--import=${recorder.href}` },
        stdio: ['ignore', 'inherit', 'inherit'],
      });
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
  for (const name of bundles) {
    if (compiledScript(join(dist, `${name}.js`), name) === undefined) {
      throw new Error(`V8 refuses what it compiled of ${name}.js: was it under other flags?`);
    }
  }
}
