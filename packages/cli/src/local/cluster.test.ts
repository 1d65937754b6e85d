import { expect, it } from '@jest/globals';
import { readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LocalCluster } from './cluster.ts';
import { makeRunDirectory } from './run-directory.ts';

it('starts another worker where all have left and the job has not ended', async () => {
  const directory = makeRunDirectory();
  const entry = join(directory.path, 'entry.mjs');
  writeFileSync(entry, `if (process.argv[2] !== 'worker') process.stdin.resume();`);
  const ended: unknown[] = [];
  const cluster = new LocalCluster({
    ...{ entry, directory, workers: 1, slots: 1, isSmall: false },
    onWorkerEnded: (_worker, how) => ended.push(how),
    onCoordinatorEnded: () => undefined,
  });
  try {
    // The second is the one that was started in the place of the first.
    while (ended.length < 2) await delay(10);
    expect(ended).toEqual(Array(2).fill({ code: 0, signal: null }));
  } finally {
    await cluster.stop();
    directory.remove();
  }
});

it.each([false, true])(
  'starts every worker, though none that starts first comes up, small job: %p',
  async (isSmall) => {
    const directory = makeRunDirectory();
    const entry = join(directory.path, 'entry.mjs');
    writeFileSync(entry, `process.stdin.resume();`);
    const workers = availableParallelism() + 1;
    const note = () => undefined;
    const cluster = new LocalCluster({
      ...{ entry, directory, workers, slots: 1, isSmall },
      ...{ onWorkerEnded: note, onCoordinatorEnded: note },
    });
    try {
      const logs = () => readdirSync(directory.logs).filter((name) => name.startsWith('worker-'));
      if (isSmall) expect(logs().length).toBe(1);
      expect(logs().length).toBeLessThan(workers);
      while (logs().length < workers) await delay(10);
    } finally {
      await cluster.stop();
      directory.remove();
    }
  },
);
