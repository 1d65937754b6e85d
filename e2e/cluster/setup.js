import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Bundles the command that local runs use, and installs the chart as a user would. */
export default function setup() {
  execFileSync(process.execPath, [join(root, 'packages/cli/build.ts')], { stdio: 'inherit' });
  const chart = ['mapreduce', join(root, 'charts/mapreduce'), '-n', 'mapreduce-system'];
  execFileSync('helm', ['install', ...chart, '--create-namespace', '--wait', '--timeout', '90s'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
