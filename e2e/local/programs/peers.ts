import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from './sleep.ts';

/** How many executors are in a function of this kind within the same 600 ms. */
export function countPeers(kind: string): number {
  const directory = process.env['E2E_DIRECTORY'] ?? '';
  const own = join(directory, `${kind}-${process.pid}`);
  writeFileSync(own, '');
  sleep(600);
  const seen = readdirSync(directory).filter((name) => name.startsWith(`${kind}-`)).length;
  sleep(100);
  rmSync(own);
  return seen;
}
