import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The licence of every package that is in a bundle, as it asks for.
 *
 * @param root the repository, to which the bundle's source files are relative
 */
export function licencesOf(root: string, inputs: readonly string[]): string {
  const folders = inputs.map((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? '');
  return [...new Set(folders)]
    .filter((folder) => folder !== '')
    .sort()
    .map((folder) => `${folder.slice('node_modules/'.length)}\n\n${licenceOf(join(root, folder))}`)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

function licenceOf(folder: string): string {
  const [file] = globSync('{LICENSE,LICENCE,license,COPYING}*', { cwd: folder });
  if (file !== undefined) return readFileSync(join(folder, file), 'utf8');
  const { license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    license?: string;
  };
  // Which gives the work to the public domain, and asks for nothing.
  if (license === 'Unlicense') return 'Unlicense\n';
  throw new Error(`${folder}: has no licence file to ship`);
}
