import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface LedgerEntry {
  readonly time: string;
  /** Of the sources that were run. */
  readonly revision: string;
  readonly share: string;
  readonly chunk: number;
  readonly units: number;
  readonly passed: number;
  readonly failed: number;
  /** The command ended well, and ran all that was asked of it. */
  readonly sound: boolean;
  readonly seconds: number;
  readonly figures: Readonly<Record<string, number>>;
}

/** What was run so far, a JSON line each; only ever appended to. */
export class Ledger<Entry = LedgerEntry> {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** All entries; a last line that was cut off is none. */
  read(): Entry[] {
    if (!existsSync(this.#path)) return [];
    return readFileSync(this.#path, 'utf8')
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line) as Entry);
  }

  append(entry: Entry): void {
    appendFileSync(this.#path, `${JSON.stringify(entry)}\n`);
  }
}

/** What only a cluster runs: no share does. */
const unrun = [
  'packages/controller-runtime/**',
  'packages/operator/**',
  'packages/cli/src/kubernetes/**',
  '**/*.test.ts',
];

/**
 * Changes with every source of the product that a share runs, and of what tests it here: results
 * hold for one.
 */
export function revisionOf(root: string): string {
  const hash = createHash('sha256');
  const patterns = ['packages/*/src/**/*.ts', 'e2e/soak/**/*.ts', 'e2e/chaos/**/*.ts'];
  const options = { cwd: root, exclude: unrun };
  for (const name of globSync([...patterns, 'package-lock.json'], options).sort()) {
    hash.update(`${name}\n`).update(readFileSync(join(root, name)));
  }
  return hash.digest('hex').slice(0, 12);
}
