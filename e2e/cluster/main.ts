/**
 * `npm run e2e`: the suite that runs on a real Kubernetes cluster. With KUBECONFIG and
 * MAPREDUCE_IMAGE_LOADER it takes that one; without, it brings up one of its own and takes it down.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clusterToUse, type Cluster } from './bring-up/cluster.ts';
import { runTests } from './bring-up/run-tests.ts';
import { whyNot } from './bring-up/requirements.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    full: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});

const reason = whyNot();
if (reason !== undefined) {
  console.error(`error: the suite on a cluster cannot run: ${reason}`);
  process.exit(2);
}

const scratch = mkdtempSync(join(tmpdir(), 'mapreduce-e2e-'));
const figures = join(scratch, 'figures');
let cluster: Cluster | undefined;
try {
  cluster = await clusterToUse(scratch);
  const { passed, failed } = await runTests(cluster, {
    report: join(scratch, 'report.json'),
    figures,
    full: values.full,
    files: positionals,
  });
  try {
    console.log(`\n${readFileSync(figures, 'utf8')}`);
  } catch {
    console.log('\nno figures were recorded');
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
} finally {
  if (values.keep)
    console.log('the cluster stays up: e2e/minicluster/in kubectl …, and down to end it');
  else await cluster?.takeDown();
  rmSync(scratch, { recursive: true, force: true });
}
