import { fileURLToPath } from 'node:url';

/** The path of a program in e2e/local/programs. */
export function program(name: string): string {
  return fileURLToPath(new URL(`../programs/${name}`, import.meta.url));
}
