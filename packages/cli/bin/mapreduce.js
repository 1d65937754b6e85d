#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { becomeNode24, runsOnNode24 } from './node24.js';

if (runsOnNode24) {
  await import('../src/main.ts');
} else {
  const thisFile = fileURLToPath(import.meta.url);
  becomeNode24([...process.execArgv, thisFile, ...process.argv.slice(2)]);
}
