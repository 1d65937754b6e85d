import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { executable } from './support/command.ts';
import { temporaryDirectory } from './support/directory.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scratch = temporaryDirectory();

/**
 * Pages whose `sh` blocks a reader would type in the repository. What needs other hosts, a cluster, Docker or an
 * image registry stands in `text` blocks, which nobody runs here.
 */
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

interface Link {
  /** What the page says. */
  readonly text: string;
  /** The file or folder that it leads to, from the root. */
  readonly target: string;
  /** The heading, where it names one. */
  readonly heading: string | undefined;
}

/** The links of a page that stay in the repository. */
function linksOf(page: string): Link[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].map(
    ([link, path = '', heading]) => ({
      text: link,
      target: path === '' ? page : normalize(join(dirname(page), path)),
      heading,
    }),
  );
}

/** Headings of a page as links name them. */
function headingsOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function leadsNowhere({ target, heading }: Link): boolean {
  if (!existsSync(join(root, target))) return true;
  return heading !== undefined && !headingsOf(target).includes(heading);
}

/** Every page to which links lead from a page, and from those. */
function withinReach(first: string): Set<string> {
  const reached = new Set([first]);
  for (const page of reached) {
    for (const { target } of linksOf(page)) {
      if (target.endsWith('.md') && existsSync(join(root, target))) reached.add(target);
    }
  }
  return reached;
}

/** A place that looks like the repository, in which `mapreduce` and `npx mapreduce` are the bundled command. */
function aCheckout(name: string): { directory: string; path: string } {
  const directory = join(scratch, name);
  const bin = join(scratch, `${name}-bin`);
  mkdirSync(directory);
  mkdirSync(bin);
  for (const entry of ['README.md', 'docs', 'examples', 'packages']) {
    symlinkSync(join(root, entry), join(directory, entry));
  }
  const command = `exec ${process.execPath} ${executable} "$@"\n`;
  const npx = `[ "$1" = mapreduce ] || exit 64\nshift\n${command}`;
  writeFileSync(join(bin, 'npx'), `#!/bin/sh\n${npx}`, { mode: 0o755 });
  writeFileSync(join(bin, 'mapreduce'), `#!/bin/sh\n${command}`, { mode: 0o755 });
  return { directory, path: `${bin}:${process.env['PATH'] ?? ''}` };
}

describe('the commands that the pages tell a reader to type', () => {
  const typed = pages.map((page) => ({ page, lines: commands(page) }));

  it('are there', () => {
    expect(typed.flatMap(({ lines }) => lines).length).toBeGreaterThan(10);
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

  it.each(typed.filter(({ lines }) => lines.some((line) => !line.startsWith('npm '))))(
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

describe('the pages', () => {
  const written = globSync('**/*.md', { cwd: root, exclude: ['**/node_modules', '**/dist'] });

  it.each(written)('%s links to what exists', (page) => {
    const dead = linksOf(page).filter(leadsNowhere);
    expect(dead.map(({ text }) => text)).toEqual([]);
  });

  it('are within reach of the README', () => {
    const reached = withinReach('README.md');
    expect(written.filter((page) => page.startsWith('docs/') && !reached.has(page))).toEqual([]);
  });

  it('of decisions are numbered one after the other', () => {
    const numbers = readdirSync(join(root, 'docs/adr')).flatMap(
      (name) => /^(\d{4})-/.exec(name)?.[1] ?? [],
    );
    expect(numbers.length).toBeGreaterThan(0);
    expect(numbers.sort().map(Number)).toEqual(numbers.map((_, index) => index + 1));
  });
});
