#!/usr/bin/env node
import { existsSync } from 'node:fs';
// Node.js 20 has no compile cache, so it cannot be imported by name.
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { becomeNode24, runsOnNode24 } from './node24.js';

if (runsOnNode24) {
  // In the repository the sources run; the package that npm installs has the bundle instead.
  const sources = new URL('../src/main.ts', import.meta.url);
  const isRepository = existsSync(sources);
  // Sources that were compiled are kept in TMPDIR: a third of what starting a process costs. What
  // V8 compiled of the bundle is part of the package.
  if (isRepository) module.enableCompileCache();
  await import(isRepository ? sources.href : '../dist/mapreduce.js');
} else {
  const thisFile = fileURLToPath(import.meta.url);
  becomeNode24([...process.execArgv, thisFile, ...process.argv.slice(2)]);
}
