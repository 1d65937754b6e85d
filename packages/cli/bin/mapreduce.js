#!/usr/bin/env node
import { existsSync } from 'node:fs';
// Node.js 20 has no compile cache, so it cannot be imported by name.
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { becomeNode24, runsOnNode24 } from './node24.js';

if (runsOnNode24) {
  // Compiled code is kept between runs: a third of what starting a process costs.
  module.enableCompileCache();
  // In the repository the sources run; the package that npm installs has the bundle instead.
  const sources = new URL('../src/main.ts', import.meta.url);
  await import(existsSync(sources) ? sources.href : '../dist/mapreduce.js');
} else {
  const thisFile = fileURLToPath(import.meta.url);
  becomeNode24([...process.execArgv, thisFile, ...process.argv.slice(2)]);
}
