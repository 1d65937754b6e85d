#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { becomeNode24, runsOnNode24 } from './node24.js';

if (runsOnNode24) {
  // In the repository the sources run; the package that npm installs has the bundle instead.
  const sources = new URL('../src/kubectl-mapreduce.ts', import.meta.url);
  await import(existsSync(sources) ? sources.href : '../dist/kubectl-mapreduce.js');
} else {
  const thisFile = fileURLToPath(import.meta.url);
  becomeNode24([...process.execArgv, thisFile, ...process.argv.slice(2)]);
}
