import { readdirSync } from 'node:fs';
import type { Bug, NamedBug } from './bug.ts';

const folder = new URL('bugs/', import.meta.url);

/** All bugs of `bugs/`, by name. */
export async function allBugs(): Promise<NamedBug[]> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
  return Promise.all(
    files.sort().map(async (file) => {
      const { bug } = (await import(new URL(file, folder).href)) as { readonly bug: Bug };
      return { name: file.slice(0, -'.ts'.length), ...bug };
    }),
  );
}
