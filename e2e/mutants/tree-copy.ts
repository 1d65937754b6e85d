import { createHash } from 'node:crypto';
import {
  cpSync,
  globSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { plant, type NamedBug } from './bug.ts';

/** What a copy does without: other people's code is linked, the rest is made anew. */
const leftOut = ['node_modules', '.git', '.data', 'dist', 'coverage'];
/** Below node_modules: this project's own packages, as links. */
const ownScope = '@mapreduce';

/** A copy of the tree in which bugs are planted, one at a time. */
export class TreeCopy {
  readonly root: string;

  /** Copies `source` to `root`, which must not exist. */
  constructor(source: string, root: string) {
    this.root = root;
    cpSync(source, root, {
      recursive: true,
      filter: (path) => path === source || !leftOut.includes(basename(path)),
    });
    link(join(source, 'node_modules'), join(root, 'node_modules'));
  }

  /** Plants the bug while `run` does. */
  async with<T>(bug: NamedBug, run: () => Promise<T>): Promise<T> {
    const path = join(this.root, bug.file);
    const source = readFileSync(path, 'utf8');
    writeFileSync(path, plant(bug, source));
    try {
      return await run();
    } finally {
      writeFileSync(path, source);
    }
  }
}

/** Links to packages of the workspace are relative, and so lead into the copy. */
function link(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from)) {
    const [source, target] = [join(from, entry), join(to, entry)];
    if (entry === ownScope) link(source, target);
    else symlinkSync(lstatSync(source).isSymbolicLink() ? readlinkSync(source) : source, target);
  }
}

/** Changes with every source and test: what was found of a bug holds for one. */
export function revisionOf(root: string): string {
  const hash = createHash('sha256');
  const patterns = ['packages/*/src/**/*.ts', 'e2e/mutants/*.ts', 'package-lock.json'];
  for (const name of globSync(patterns, { cwd: root }).sort()) {
    hash.update(`${name}\n`).update(readFileSync(join(root, name)));
  }
  return hash.digest('hex').slice(0, 12);
}
