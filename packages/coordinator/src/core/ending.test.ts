import { describe, expect, test } from '@jest/globals';
import { DiskError, type Disk } from '@mapreduce/service';
import { aDescription, aStream, MemoryDisk, settle } from '@mapreduce/testing';
import { CoordinatorWorld, layout } from '@mapreduce/testing/coordinator';
import { DeposedError } from './journal/journal.ts';
import { worked } from './recovery/fixtures.ts';

describe("a job's end", () => {
  /** A journal whose fsyncs wait while `stalls`. */
  function aSlowJournal(memory: MemoryDisk) {
    const gate = { stalls: false, open: Promise.withResolvers<undefined>() };
    const disk: Disk = {
      ...memory.async,
      create: async (path) => {
        const file = await memory.async.create(path);
        const fsync = async () => {
          if (gate.stalls && path.startsWith('/state')) await gate.open.promise;
          await file.fsync();
        };
        return { ...file, fsync };
      },
    };
    return { disk, gate };
  }

  test('is told to workers, and to who cancels, when it is durable', async () => {
    const world = new CoordinatorWorld();
    const { disk, gate } = aSlowJournal(world.memory);
    await world.start(1, disk);
    const [first, second] = [await world.worker('w1'), await world.worker('w2')];
    const { attempt } = await first.leased();
    const waiting = second.lease();
    gate.stalls = true;
    const told: string[] = [];
    const cancelled = world.coordinator.cancel({ reason: 'no more' }).then(() => told.push('who'));
    const late = first.complete(attempt, { kind: 'describe', description: aDescription() });
    void late.then(() => told.push('late'));
    void waiting.then(() => told.push('waiting'));
    await settle();
    expect((await first.heartbeat([attempt])).ended).toBe(false);
    expect(told).toEqual([]);
    gate.open.resolve(undefined);
    await cancelled;
    expect((await first.heartbeat()).ended).toBe(true);
    expect([await late, await waiting]).toEqual([false, { leases: [] }]);
    // Nobody is to look for what is taken back.
    expect(await second.register()).not.toHaveProperty('nonce');
  });

  test('as a success whose last fsync fails is a failure that leaves nothing', async () => {
    const memory = new MemoryDisk({
      before: (operation, path) => {
        const isLast = path === '/out' && memory.files('/out').includes('/out/_SUCCESS');
        if (operation === 'fsyncDirectory' && isLast) throw new DiskError('EIO', path, 'fsync');
      },
    });
    const { world } = await worked(5, new CoordinatorWorld({}, memory));
    expect(await world.coordinator.ended).toMatchObject({
      ...{ state: 'failed', error: { code: 'output' } },
    });
    expect(await memory.async.list('/')).toEqual(['state']);
  });

  test.each<[string, boolean, (memory: MemoryDisk) => void]>([
    ['a damaged commit record', false, (memory) => memory.corrupt(layout.commit(0), 0, 0x20)],
    ['an fsync that fails', true, () => undefined],
  ])('as a failure by %s, met at a restart, leaves nothing', async (_what, refuses, harm) => {
    let isHarmed = false;
    const memory = new MemoryDisk({
      before: (operation, path) => {
        const isRefused = isHarmed && refuses && operation === 'fsyncDirectory';
        if (isRefused && path === layout.directory) throw new DiskError('EIO', path, 'fsync');
      },
    });
    const { world } = await worked(4, new CoordinatorWorld({}, memory));
    harm(memory);
    isHarmed = true;
    await world.start(2);
    expect(await world.coordinator.ended).toMatchObject({ state: 'failed' });
    expect(await memory.async.list('/')).toEqual(['state']);
  });

  test('as a cancellation by the next life leaves nothing that a power cut brings back', async () => {
    const { world } = await worked(4);
    await world.start(2);
    await world.coordinator.cancel({ reason: 'no more' });
    await world.coordinator.ended;
    world.memory.crash('/');
    expect(await world.memory.async.list('/')).toEqual(['state']);
  });
});

describe('of two coordinators of one job', () => {
  test('the older tells no worker that the job has ended', async () => {
    const { world, worker } = await worked(2);
    const older = world.coordinator;
    await world.start(2);
    await expect(older.cancel({ reason: 'the older is told to' })).rejects.toThrow(DeposedError);
    const beat = { ...worker.sender, attempts: [], logFrom: 0, freeDiskBytes: 1 };
    expect(await older.heartbeat(beat)).toMatchObject({ ended: false });
  });

  test('the older links no _SUCCESS', async () => {
    const memory = new MemoryDisk({
      before: (operation, path) => {
        if (operation !== 'create' || !path.includes('/success-')) return;
        memory.sync.create('/state/journal-000002').close();
      },
    });
    const { world, worker } = await worked(5, new CoordinatorWorld({}, memory));
    expect(world.journalFailures[0]).toBeInstanceOf(DeposedError);
    expect(await memory.async.list('/out')).toEqual(['_mapreduce', 'part-00000', 'part-00001']);
    expect((await worker.heartbeat()).ended).toBe(false);
  });

  test('the older takes in no part once the newer has taken the output back', async () => {
    const output = { kind: 'volume', directory: '/out', overwrite: false } as const;
    const { world, worker } = await worked(3, new CoordinatorWorld({ output }));
    const older = world.coordinator;
    const { attempt } = await worker.leased();
    await world.start(2);
    await world.coordinator.cancel({ reason: 'enough' });
    await world.coordinator.ended;
    const query = { attempt, file: 'part-00000' };
    await expect(older.bulk.part({ query, body: aStream() })).rejects.toThrow(DeposedError);
    expect(world.journalFailures[0]).toBeInstanceOf(DeposedError);
    expect(await world.memory.async.list('/')).toEqual(['state']);
  });
});
