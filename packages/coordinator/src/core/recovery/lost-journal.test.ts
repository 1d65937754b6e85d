import { describe, expect, test } from '@jest/globals';
import { aDescription, aDigest, MemoryDisk, settle } from '@mapreduce/testing';
import { CoordinatorWorld, FakeWorker } from '@mapreduce/testing/coordinator';
import { expectVerified, restart, worked, workOff } from './fixtures.ts';

describe('with the journal gone', () => {
  async function loseJournal(world: CoordinatorWorld): Promise<void> {
    await world.memory.async.remove('/state');
    await world.start(2);
  }

  test('a successor takes a generation above its workers, waits for them, and adopts by content', async () => {
    const { world, worker } = await worked(4);
    await loseJournal(world);
    const { epoch } = await worker.comeBack();
    expect(epoch).toMatchObject({ generation: 2, boot: 1 });
    let isLeased = false;
    const waiting = worker.lease().finally(() => (isLeased = true));
    for (let second = 0; second < 10; second++) {
      expect(isLeased).toBe(false);
      await world.clock.advance(1_000);
      await worker.heartbeat();
    }
    const [lease] = (await waiting).leases;
    // It is described anew; the maps and the first part are there.
    expect(lease?.task.kind).toBe('describe');
    if (lease !== undefined) await worker.finish(lease);
    expect(await workOff(worker)).toEqual(['reduce']);
    await expectVerified(world);
  });

  test.each(['adopts', 'knows'])(
    'one that dies leaves to the next that it has to wait: the second %s the output',
    async (how) => {
      const world = await new CoordinatorWorld().start();
      const [first, second] = [await world.worker('w1'), await world.worker('w2')];
      for (const worker of [first, first, second]) {
        await worker.work();
        await settle();
      }
      await loseJournal(world);
      if (how === 'knows') await first.comeBack();
      await world.start(3);
      const { epoch } = await first.comeBack();
      expect(epoch).toMatchObject({ generation: 2, boot: 2 });
      const waiting = first.lease();
      for (let passed = 0; passed < 10; passed++) {
        await world.clock.advance(1_000);
        await first.heartbeat();
        if (passed === 5) await second.comeBack();
        if (passed > 5) await second.heartbeat();
      }
      const [describe] = (await waiting).leases;
      expect(describe?.task.kind).toBe('describe');
      if (describe !== undefined) await first.finish(describe);
      expect(await workOff(first)).toEqual(['reduce', 'reduce']);
      await expectVerified(world);
    },
  );

  test('an output that is ready is reason to wait, for the life after the next as well', async () => {
    const { world } = await worked(3);
    await loseJournal(world);
    for (const seed of [3, 4]) {
      const fresh = await world.worker(`w${String(seed)}`);
      await expect(fresh.leased()).rejects.toThrow('no task is leased');
      await world.start(seed);
    }
  });

  test('a generation is not taken where a later boot has begun meanwhile', async () => {
    let isBeginning = false;
    const memory = new MemoryDisk({
      after: (operation) => {
        if (!isBeginning || operation !== 'fsync') return;
        memory.sync.create('/state/journal-000002').close();
        isBeginning = false;
      },
    });
    const world = await new CoordinatorWorld({}, memory).start();
    const worker = new FakeWorker(world, 'w1');
    worker.epoch = { generation: 1, boot: 4, nonce: '0badcafe' };
    await settle();
    isBeginning = true;
    await expect(worker.comeBack()).rejects.toMatchObject({ code: 'WRONG_EPOCH' });
    expect(world.coordinator.epoch.generation).toBe(1);
    expect(world.journalFailures).toMatchObject([{ name: 'DeposedError' }]);
  });

  describe('and the output with it', () => {
    async function loseBoth(tasks: number, boots: number) {
      const output = { kind: 'volume', directory: '/out', overwrite: false } as const;
      const { world, worker } = await worked(tasks, new CoordinatorWorld({ output }));
      for (let boot = 2; boot <= boots; boot++) {
        await restart(world);
        await worker.comeBack();
      }
      await world.memory.async.remove('/out');
      await loseJournal(world);
      await settle();
      return { world, worker };
    }

    async function isLeasedAtOnce(worker: FakeWorker): Promise<boolean> {
      return worker.leased().then(
        () => true,
        () => false,
      );
    }

    test('a worker of a life that is lost is waited for by each life, whatever its epoch', async () => {
      const { world, worker } = await loseBoth(3, 1);
      for (let boot = 2; boot < 4; boot++) {
        await world.start(boot + 1);
        const { epoch } = await worker.comeBack();
        expect(epoch).toMatchObject({ generation: 2, boot });
        expect(await isLeasedAtOnce(worker)).toBe(false);
      }
    });

    test('one of the life before is not taken for such', async () => {
      const world = await new CoordinatorWorld().start();
      const worker = await world.worker('w1');
      await world.start(2);
      const { epoch } = await worker.comeBack();
      expect(epoch).toMatchObject({ generation: 1, boot: 2 });
      expect(await isLeasedAtOnce(worker)).toBe(true);
    });

    test('a worker that comes late, with a higher boot than this, is taken in', async () => {
      const { world, worker } = await loseBoth(3, 5);
      expect(worker.epoch).toMatchObject({ generation: 1, boot: 5 });
      const fresh = await world.worker('w2');
      expect((await fresh.work()).lease.task.kind).toBe('describe');
      await restart(world, 3);
      await fresh.comeBack();
      const running = await fresh.leased();
      const { epoch } = await worker.comeBack();
      expect(epoch).toMatchObject({ generation: 2, boot: 2 });
      expect(world.journalFailures).toEqual([]);
      await expect(fresh.heartbeat([running.attempt])).rejects.toMatchObject({
        code: 'WRONG_EPOCH',
      });
      await fresh.comeBack(running);
      await settle();
      // It held what the other was to make again.
      expect((await fresh.heartbeat([running.attempt])).cancel).toEqual([running.attempt]);
      await world.clock.advance(8_000);
      await Promise.all([worker.heartbeat(), fresh.heartbeat()]);
      await world.clock.advance(1_000);
      expect(await workOff(worker)).toEqual(['reduce', 'reduce']);
      await expectVerified(world);
    });
  });

  test('parts of another plan fail the job, whatever they have consumed', async () => {
    const world = new CoordinatorWorld();
    await world.start();
    const worker = await world.worker('w1');
    worker.description = aDescription({ deterministic: false });
    for (let i = 0; i < 4; i++) {
      await worker.work();
      await settle();
    }
    await world.memory.async.remove('/state');
    const changed = new CoordinatorWorld(
      { inputs: [{ kind: 'text', text: 'abcdefgX' }] },
      world.memory,
    );
    await changed.start(2);
    const other = new FakeWorker(changed, 'w2');
    other.description = worker.description;
    await other.register();
    for (let second = 0; second < 10; second++) {
      await changed.clock.advance(1_000);
      await other.heartbeat();
    }
    await workOff(other);
    const end = await changed.coordinator.ended;
    expect(end).toMatchObject({ state: 'failed', error: { code: 'output' } });
    expect(end.error?.cause.message).toContain('has committed part-00000 by another plan');
  });

  test('outputs of other splits or settings are not taken', async () => {
    const { world, worker } = await worked(3);
    const { held } = worker;
    await loseJournal(world);
    const jobDigest = (await worker.register({ epoch: worker.epoch })).jobDigest;
    const foreign = held.map((output) => ({ ...output, split: aDigest('e') }));
    await worker.register({ held: foreign, jobDigest });
    const other = await world.worker('w2');
    await other.register({ held, jobDigest: aDigest('f') });
    for (let second = 0; second < 10; second++) {
      await world.clock.advance(1_000);
      await Promise.all([worker.heartbeat(), other.heartbeat()]);
    }
    expect(await workOff(worker)).toEqual(['describe', 'map', 'map', 'reduce', 'reduce']);
    await expectVerified(world);
  });

  const range = aDescription({ partition: { kind: 'range', samples: 4 } });

  /** A world whose worker has done this many tasks of a program with cut points. */
  async function workedCut(tasks: number) {
    const world = await new CoordinatorWorld().start();
    const worker = await world.worker('w1');
    Object.assign(worker, { description: range, keys: ['YQ==', 'Yg=='] });
    for (let i = 0; i < tasks; i++) {
      await worker.work();
      await settle();
    }
    return { world, worker };
  }

  test.each([
    { keys: ['YQ==', 'Yg=='], rest: ['reduce', 'reduce'] },
    { keys: ['YQ==', 'YQ=='], rest: ['map', 'map', 'reduce', 'reduce'] },
  ])(
    'outputs are taken over once the cut points are found to be the same: $rest',
    async (given) => {
      const { world, worker } = await workedCut(5);
      await loseJournal(world);
      worker.keys = given.keys;
      await worker.comeBack();
      for (let second = 0; second < 10; second++) {
        await world.clock.advance(1_000);
        await worker.heartbeat();
      }
      expect(await workOff(worker)).toEqual(['describe', 'sample', 'sample', ...given.rest]);
      await expectVerified(world);
    },
  );

  test('what is of other cut points is not believed by the life after the next either', async () => {
    const { world, worker } = await workedCut(5);
    const reduce = await worker.leased();
    await loseJournal(world);
    const other = await world.worker('w2');
    Object.assign(other, { description: range, keys: ['YQ==', 'YQ=='] });
    await other.register({ epoch: worker.epoch });
    for (let second = 0; second < 10; second++) {
      await world.clock.advance(1_000);
      await other.heartbeat();
    }
    for (let i = 0; i < 5; i++) {
      await other.work(aDigest('7'));
      await settle();
    }
    await other.leave();
    await restart(world, 3);
    expect((await worker.comeBack(reduce)).cancel).toEqual([reduce.attempt]);
    expect(await workOff(worker, aDigest('7'))).toEqual(['map', 'map', 'reduce', 'reduce']);
    await expectVerified(world);
  });

  test('a first start leases at once', async () => {
    const world = await new CoordinatorWorld().start();
    expect((await (await world.worker('w1')).leased()).task.kind).toBe('describe');
  });

  test('a later generation waits even if no worker says where it comes from', async () => {
    const world = await new CoordinatorWorld({ generation: 2 }).start();
    const worker = await world.worker('w1');
    let isLeased = false;
    const waiting = worker.lease().finally(() => (isLeased = true));
    await world.clock.advance(9_900);
    await worker.heartbeat();
    expect(isLeased).toBe(false);
    await world.clock.advance(100);
    expect((await waiting).leases[0]?.task.kind).toBe('describe');
    await restart(world);
    await worker.comeBack();
    await expect(worker.leased()).rejects.toThrow('no task is leased');
  });

  test.each([
    { generation: 2, state: 'succeeded' },
    { generation: 1, state: 'failed' },
  ])('a finished output is its own for a replacement: generation $generation', async (given) => {
    const world = await new CoordinatorWorld({ generation: given.generation }).start();
    const worker = await world.worker('w1');
    for (let second = 0; second < 10; second++) {
      await world.clock.advance(1_000);
      await worker.heartbeat();
    }
    await workOff(worker);
    await expectVerified(world);
    await loseJournal(world);
    expect(await world.coordinator.ended).toMatchObject({ state: given.state });
    expect(await world.findings()).toEqual([]);
  });
});

test('a worker of a higher generation is refused by a young coordinator, and believed by an old one', async () => {
  const { world } = await worked(1);
  const worker = new FakeWorker(world, 'w2');
  worker.epoch = { generation: 2, boot: 1, nonce: '0badcafe' };
  await restart(world);
  await expect(worker.comeBack()).rejects.toMatchObject({ code: 'WRONG_EPOCH' });
  expect(world.journalFailures).toEqual([]);
  await world.clock.advance(60_000);
  await expect(worker.comeBack()).rejects.toMatchObject({ code: 'WRONG_EPOCH' });
  expect(world.journalFailures).toMatchObject([{ name: 'DeposedError' }]);
});
