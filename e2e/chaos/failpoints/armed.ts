import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Failpoint } from './table.ts';

/** A failpoint that a process is started with. */
export interface Armed {
  readonly env: Readonly<Record<string, string>>;
  /** Whether the process came there, and so died. */
  readonly hasFired: () => boolean;
}

/** @param directory where the process leaves word that it has come there */
export function arm({ name, nth }: Failpoint, directory: string): Armed {
  const word = join(directory, `fired-${name}-${nth}`);
  rmSync(word, { force: true });
  return {
    env: { CHAOS_FAILPOINT: name, CHAOS_FAILPOINT_NTH: `${nth}`, CHAOS_FAILPOINT_WORD: word },
    hasFired: () => existsSync(word),
  };
}

/** The file that starts a role with failpoints. */
export function failpointEntry(role: 'coordinator' | 'worker'): string {
  return fileURLToPath(new URL(`${role}.ts`, import.meta.url));
}
