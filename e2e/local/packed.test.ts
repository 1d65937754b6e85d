import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from './support/directory.ts';
import { sortedLines } from './support/output.ts';

const scratch = temporaryDirectory();
const cli = fileURLToPath(new URL('../../packages/cli', import.meta.url));

describe('the packed command', () => {
  it('installs elsewhere and runs a program that lies there', () => {
    const npm = (args: readonly string[], cwd: string) =>
      execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    // What it would build first is what the suite's setup has built, and others are just running.
    npm(['pack', '--silent', '--ignore-scripts', '--pack-destination', scratch], cli);
    const [tarball = ''] = readdirSync(scratch).filter((name) => name.endsWith('.tgz'));
    const place = join(scratch, 'elsewhere');
    mkdirSync(place);
    writeFileSync(join(place, 'package.json'), '{"private":true}');
    npm(['install', '--silent', '--ignore-scripts=false', join(scratch, tarball)], place);
    writeFileSync(
      join(place, 'count.ts'),
      `import { defineJob, sum, words } from '@mapreduce/sdk';
       export default defineJob({
         map: (line, emit) => { for (const word of words(line)) emit(word, 1); },
         combine: (_word, counts) => sum(counts),
         reduce: (word, counts, emit) => emit(word, sum(counts)),
       });`,
    );
    writeFileSync(join(place, 'text.txt'), 'the cat and the dog\n');
    execFileSync('npx', ['--no', 'mapreduce', 'run', 'count.ts', 'text.txt', '-o', 'out'], {
      cwd: place,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(sortedLines(join(place, 'out'))).toEqual(['and\t1', 'cat\t1', 'dog\t1', 'the\t2']);
  }, 120_000);

  it('brings what V8 compiles of each of its processes', () => {
    const [place, told] = [join(scratch, 'compiled'), join(scratch, 'told.txt')];
    mkdirSync(place);
    writeFileSync(join(place, 'text.txt'), 'the cat and the dog\n');
    const teller = new URL('support/tell-compiled.js', import.meta.url);
    const args = [join(cli, 'dist/mapreduce.js'), 'run', 'wordcount', 'text.txt', '-o', 'out'];
    execFileSync(process.execPath, args, {
      cwd: place,
      env: { ...process.env, NODE_OPTIONS: `--import=${teller.href}`, TELL_COMPILED: told },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = readFileSync(told, 'utf8').trimEnd().split('\n');
    expect([...new Set(said)].sort()).toEqual([
      'command-line took',
      'coordinator took',
      'executor took',
      'worker took',
    ]);
  });
});
