/** Installs the dependencies when they are missing or are not those that the lock file names. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const LOCK = join(root, 'package-lock.json');
const MODULES = join(root, 'node_modules');
const STAMP = join(MODULES, '.mapreduce-lock');

/** Leaves this process, with one message, when the dependencies cannot be installed. */
export function ensureDependencies() {
  const wanted = createHash('sha256').update(readFileSync(LOCK)).digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  const why = existsSync(MODULES) ? 'they are not those of package-lock.json' : 'first run';
  process.stderr.write(`Installing the dependencies with npm ci (${why}) …\n`);
  const [command, ...args] = npm('ci', '--no-audit', '--no-fund', '--loglevel=error');
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    const cause = error === undefined ? '' : ` (${error.message})`;
    process.stderr.write(
      `error: npm ci failed${cause}: the dependencies come from an npm registry, which must be within reach\n`,
    );
    process.exit(1);
  }
  writeFileSync(STAMP, wanted);
}

/**
 * The command line that runs npm: the very npm that runs this script, if one does.
 * @param {string[]} args
 * @returns {[string, ...string[]]}
 */
export function npm(...args) {
  const entry = process.env['npm_execpath'];
  return entry?.endsWith('npm-cli.js') === true
    ? [process.execPath, entry, ...args]
    : ['npm', ...args];
}
