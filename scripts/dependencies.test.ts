import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = read('docs/dependencies.md');

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function read(path: string): string {
  return readFileSync(`${root}/${path}`, 'utf8');
}

/** Third-party packages of all manifests, each with its versions and the packages here that name it. */
function declared(): Map<string, { versions: Set<string>; users: Set<string> }> {
  const all = new Map<string, { versions: Set<string>; users: Set<string> }>();
  for (const path of [
    'package.json',
    'examples/package.json',
    ...globSync('packages/*/package.json', { cwd: root }),
  ]) {
    const manifest = JSON.parse(read(path)) as Manifest;
    const own = {
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.optionalDependencies,
    };
    for (const [name, version] of Object.entries(own)) {
      if (name.startsWith('@mapreduce/')) continue;
      const entry = all.get(name) ?? { versions: new Set(), users: new Set() };
      entry.versions.add(version);
      const [, user] = /^packages\/(.+)\//.exec(path) ?? [];
      if (user !== undefined) entry.users.add(user);
      all.set(name, entry);
    }
  }
  return all;
}

interface Row {
  readonly names: readonly string[];
  readonly cells: readonly string[];
}

/** Rows of the tables: the packages in the first cell, and the cells behind it. */
function rows(): Row[] {
  return page.split('\n').flatMap((line) => {
    const [first = '', ...cells] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    const names = quoted(first);
    return names.length > 0 ? [{ names, cells }] : [];
  });
}

function quoted(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

describe('docs/dependencies.md', () => {
  it('gives every dependency a row with a reason, once, and nothing else', () => {
    const named = rows().flatMap(({ names }) => names);
    expect(named.toSorted()).toEqual([...declared().keys()].sort());
    for (const { names, cells } of rows())
      expect([names, cells]).not.toContainEqual(expect.arrayContaining(['']));
  });

  it('says which packages use what is there at run time', () => {
    const dependencies = declared();
    const table = rows().filter(({ cells }) => cells.length === 3);
    expect(table.length).toBeGreaterThan(5);
    for (const { names, cells } of table) {
      const [users = ''] = cells;
      for (const name of names)
        expect([name, quoted(users).toSorted()]).toEqual([
          name,
          [...(dependencies.get(name)?.users ?? [])].sort(),
        ]);
    }
  });

  it('is of exact versions, the same wherever a package is named', () => {
    for (const [name, { versions }] of declared()) {
      expect([name, [...versions]]).toEqual([name, [expect.stringMatching(/^\d+\.\d+\.\d+$/)]]);
    }
  });
});
