import { describe, expect, test } from '@jest/globals';
import { DiskError } from '@mapreduce/service';
import { MemoryDisk, settle } from '@mapreduce/testing';
import { CoordinatorWorld, type FakeWorker } from '@mapreduce/testing/coordinator';

/** Describe and both maps done by `worker`. */
async function toReduce(worker: FakeWorker): Promise<void> {
  for (let task = 0; task < 3; task++) {
    await worker.work();
    await settle();
  }
}

describe('a volume', () => {
  const output = { kind: 'volume', directory: '/out', overwrite: false } as const;

  test('that is full fails the job, with the reason', async () => {
    let full = false;
    const memory = new MemoryDisk({
      before: (operation, path) => {
        if (full && path.includes('/.upload-')) throw new DiskError('ENOSPC', path, 'disk full');
      },
    });
    const world = await new CoordinatorWorld({ output }, memory).start();
    const worker = await world.worker('w1');
    await toReduce(worker);
    full = true;
    await expect(worker.work()).rejects.toThrow('disk full');
    expect(await world.coordinator.ended).toMatchObject({
      state: 'failed',
      error: { code: 'output', cause: { kind: 'disk' } },
    });
    expect(await memory.async.list('/')).toEqual(['state']);
  });

  test('takes nothing once the job has ended', async () => {
    const world = await new CoordinatorWorld({ output }).start();
    const worker = await world.worker('w1');
    await toReduce(worker);
    const { attempt } = await worker.leased();
    await world.coordinator.cancel({ reason: 'enough' });
    await world.coordinator.ended;
    await expect(worker.writePart(attempt, 0, 2)).rejects.toThrow('the job has ended');
    expect(await world.memory.async.list('/')).toEqual(['state']);
  });
});
