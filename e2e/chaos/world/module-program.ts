import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import type { Program } from '@mapreduce/protocol';

const source = new URL('../programs/list-values.ts', import.meta.url);

/** Writes the program as the module that workers load, and names it. */
export function moduleProgram(file: string): Program {
  const code = stripTypeScriptTypes(readFileSync(source, 'utf8'));
  writeFileSync(file, code);
  const sha256 = createHash('sha256').update(code).digest('hex');
  return { kind: 'module', name: 'list-values.ts', sha256 };
}
