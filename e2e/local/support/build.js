import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Bundles the command that the suite runs: the one that ships. */
export default function build() {
  const script = fileURLToPath(new URL('../../../packages/cli/build.ts', import.meta.url));
  execFileSync(process.execPath, [script], { stdio: 'inherit' });
}
