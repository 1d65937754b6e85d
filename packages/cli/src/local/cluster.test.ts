import { expect, it } from '@jest/globals';
import { readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LocalCluster } from './cluster.ts';
import { makeRunDirectory } from './run-directory.ts';

it('starts every worker, though none of those that start first comes up', async () => {
  const directory = await makeRunDirectory();
  const entry = join(directory.path, 'entry.mjs');
  writeFileSync(entry, `process.stdin.resume();`);
  const workers = availableParallelism() + 1;
  const note = () => undefined;
  const cluster = new LocalCluster({
    ...{ entry, directory, workers, slots: 1 },
    ...{ onWorkerEnded: note, onCoordinatorEnded: note },
  });
  try {
    const logs = () => readdirSync(directory.logs).filter((name) => name.startsWith('worker-'));
    expect(logs().length).toBeLessThan(workers);
    while (logs().length < workers) await delay(10);
  } finally {
    await cluster.stop();
    directory.remove();
  }
});
