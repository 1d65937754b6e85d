import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { executable } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scratch = temporaryDirectory();

/** Pages whose `sh` blocks a reader would type in the repository. */
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'examples/README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** The commands of a page's `sh` blocks, without comments. */
function commands(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```sh\n(.*?)^```/gms)]
    .flatMap(([, block = '']) => block.replaceAll('\\\n', ' ').split('\n'))
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** The relative links of a page that lead nowhere. */
function deadLinks(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !existsSync(join(root, dirname(page), target)));
}

/** A place that looks like the repository, in which `npx mapreduce` is the bundled command. */
function aCheckout(name: string): { directory: string; path: string } {
  const directory = join(scratch, name);
  const bin = join(scratch, `${name}-bin`);
  mkdirSync(directory);
  mkdirSync(bin);
  for (const entry of ['README.md', 'docs', 'examples', 'packages']) {
    symlinkSync(join(root, entry), join(directory, entry));
  }
  const shim = `#!/bin/sh\n[ "$1" = mapreduce ] || exit 64\nshift\nexec ${process.execPath} ${executable} "$@"\n`;
  writeFileSync(join(bin, 'npx'), shim, { mode: 0o755 });
  return { directory, path: `${bin}:${process.env['PATH'] ?? ''}` };
}

describe('the commands that the pages tell a reader to type', () => {
  const typed = pages.map((page) => ({ page, lines: commands(page) }));

  it('are there', () => {
    expect(typed.flatMap(({ lines }) => lines).length).toBeGreaterThan(10);
  });

  it.each(pages)('%s links to what exists', (page) => {
    expect(deadLinks(page)).toEqual([]);
  });

  it('name scripts that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const own = new Set(['ci', ...Object.keys(scripts)]);
    const named = typed.flatMap(({ lines }) =>
      lines.flatMap((line) => /^npm (?:run )?([\w:-]+)/.exec(line)?.[1] ?? []),
    );
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !own.has(name))).toEqual([]);
  });

  it.each(typed.filter(({ lines }) => lines.some((line) => line.startsWith('npx '))))(
    'work as they stand in $page',
    ({ page, lines }) => {
      const { directory, path } = aCheckout(page.replaceAll('/', '-'));
      // `npm …` lines run whole suites: they are what runs this test.
      const script = lines.filter((line) => !line.startsWith('npm ')).join('\n');
      const { status, stderr } = spawnSync('sh', ['-ec', script], {
        cwd: directory,
        encoding: 'utf8',
        env: { ...process.env, NODE_OPTIONS: '', PATH: path },
      });
      expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    },
    60_000,
  );
});
