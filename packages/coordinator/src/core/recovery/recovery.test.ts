import { describe, expect, test } from '@jest/globals';
import { aDescription, aDigest, aJobSettings, MemoryDisk, settle } from '@mapreduce/testing';
import { CoordinatorWorld, FakeWorker } from '@mapreduce/testing/coordinator';
import { DeposedError } from '../journal/journal.ts';
import { expectVerified, restart, worked, workOff } from './fixtures.ts';

describe.each(['file', 'volume'] as const)('with a %s sink, a restarted coordinator', (kind) => {
  const output = { kind, directory: '/out', overwrite: false };

  test.each([0, 1, 2, 3, 4])(
    'goes on after %i of 5 tasks without doing one again',
    async (tasks) => {
      const { world, worker } = await worked(tasks, new CoordinatorWorld({ output }));
      const before = await world.coordinator.status({ after: 0, waitMs: 0 });
      await restart(world);
      expect(world.coordinator.epoch).toMatchObject({ generation: 1, boot: 2 });
      await worker.comeBack();
      const after = await world.coordinator.status({ after: 0, waitMs: 0 });
      const { maps, reduces, progress, phase, inputs, counters } = before;
      expect(after).toMatchObject({ maps, reduces, progress, phase, inputs, counters });
      expect(await workOff(worker)).toEqual(
        ['describe', 'map', 'map', 'reduce', 'reduce'].slice(tasks),
      );
      await expectVerified(world);
    },
  );

  test('answers for a job that had ended as it did, and leases nothing', async () => {
    const { world, worker } = await worked(5, new CoordinatorWorld({ output }));
    expect(await world.coordinator.ended).toEqual({ state: 'succeeded' });
    await world.start(2);
    await expectVerified(world);
    expect(await world.coordinator.status({ after: 0, waitMs: 0 })).toMatchObject({
      ...{ state: 'succeeded', phase: 'finish', reduceStates: 'cc' },
      progress: { recordsShuffled: 14 },
    });
    await worker.comeBack();
    expect((await worker.heartbeat()).ended).toBe(true);
  });
});

describe('a restarted coordinator', () => {
  test('finds a map that was reported to nobody, and the log tells it from 0', async () => {
    const { world, worker } = await worked(2);
    const lease = await worker.leased();
    await restart(world);
    // Finished, and told to a coordinator that is gone.
    await expect(worker.finish(lease)).rejects.toMatchObject({ code: 'WRONG_EPOCH' });
    expect((await worker.comeBack()).cancel).toEqual([]);
    await settle();
    const { log } = await worker.heartbeat();
    expect(log.map(({ kind, map }) => `${kind} ${map}`)).toEqual(['mapped 0', 'mapped 1']);
    expect(await worker.finish(lease)).toBe(true);
    expect(await workOff(worker)).toEqual(['reduce', 'reduce']);
    await expectVerified(world);
  });

  test.each([1, 3])('lets what runs after %i tasks go on', async (tasks) => {
    const { world, worker } = await worked(tasks);
    const lease = await worker.leased();
    await restart(world);
    const other = await world.worker('w2');
    const taken = await other.leased();
    const { cancel } = await worker.comeBack(lease);
    expect(cancel).toEqual([]);
    expect((await other.heartbeat([taken.attempt])).cancel).toEqual([taken.attempt]);
    expect((await worker.heartbeat([lease.attempt])).cancel).toEqual([]);
    expect(await worker.finish(lease)).toBe(true);
    expect(await workOff(worker)).toHaveLength(4 - tasks);
    await expectVerified(world);
  });

  test('leases nothing for a second, so that what runs elsewhere is not begun twice', async () => {
    const { world, worker } = await worked(1);
    const lease = await worker.leased();
    await world.start(2);
    const other = await world.worker('w2');
    let leases: readonly string[] | undefined;
    void other.lease().then((answer) => {
      leases = answer.leases.map(({ task }) => task.kind);
    });
    await world.clock.advance(990);
    expect(leases).toBeUndefined();
    // With one slot it would be given the first map, which runs.
    expect((await worker.comeBack(lease)).cancel).toEqual([]);
    await world.clock.advance(10);
    expect(leases).toEqual(['map']);
    expect(await worker.finish(lease)).toBe(true);
    const { attempts } = await world.coordinator.status({ after: 0, waitMs: 0 });
    expect(attempts).toMatchObject({ started: 1, lost: 0 });
  });

  test('counts a part that was committed, though nobody was told', async () => {
    const { world, worker } = await worked(3);
    const lease = await worker.leased();
    if (lease.task.kind !== 'reduce') throw new Error('a reduce expected');
    const manifest = await worker.writePart(lease.attempt, lease.task.partition, 2);
    await restart(world);
    expect((await worker.comeBack(lease)).cancel).toEqual([]);
    expect((await worker.heartbeat([lease.attempt])).cancel).toEqual([]);
    expect(await worker.complete(lease.attempt, manifest)).toBe(true);
    expect(await workOff(worker)).toEqual(['reduce']);
    await expectVerified(world);
  });

  test('gives up outputs whose holder does not come', async () => {
    const { world, worker } = await worked(3);
    await restart(world);
    const other = await world.worker('w2');
    const reduce = await other.leased();
    for (let second = 0; second < 10; second++) {
      await world.clock.advance(1_000);
      await other.heartbeat([reduce.attempt]);
    }
    const { maps } = await world.coordinator.status({ after: 0, waitMs: 0 });
    expect(maps).toMatchObject({ completed: 0, idle: 2 });
    await restart(world, 3);
    await worker.comeBack();
    expect(await workOff(worker)).toEqual(['reduce', 'reduce']);
    await expectVerified(world);
  });

  test.each(['storedRoot', 'contentRoot'])(
    'does not take over an output that comes back with another %s',
    async (root) => {
      const { world, worker } = await worked(3);
      await restart(world);
      for (let second = 0; second < 10; second++) await world.clock.advance(1_000);
      const held = worker.held.map((output) =>
        output.map === 0 ? { ...output, [root]: aDigest('e') } : output,
      );
      await worker.register({ epoch: worker.epoch, held });
      expect(await workOff(worker)).toEqual(['map', 'reduce', 'reduce']);
      await expectVerified(world);
    },
  );

  test('takes nothing from a worker whose first registration comes late, from before it held anything', async () => {
    const { world, worker } = await worked(3);
    await restart(world);
    await worker.register();
    const { maps } = await world.coordinator.status({ after: 0, waitMs: 0 });
    expect(maps).toMatchObject({ completed: 2 });
    await worker.comeBack();
    expect(await workOff(worker)).toEqual(['reduce', 'reduce']);
    await expectVerified(world);
  });

  test('takes the first of two outputs of one map that are offered at once, with its own roots', async () => {
    const { world, worker } = await worked(1);
    const lease = await worker.leased();
    await worker.finish(lease);
    const [first] = worker.held;
    if (first === undefined) throw new Error('nothing is held');
    await world.memory.async.remove('/state');
    await world.start(2);
    const other = { ...first, attempt: `${first.attempt.slice(0, -1)}1`, storedRoot: aDigest('e') };
    const { jobDigest } = await worker.register({ epoch: worker.epoch });
    await worker.register({ held: [first, other], jobDigest });
    for (let second = 0; second < 10; second++) {
      await world.clock.advance(1_000);
      await worker.heartbeat();
    }
    await worker.work();
    await settle();
    expect((await worker.heartbeat()).log).toMatchObject([
      { kind: 'mapped', map: 0, attempt: first.attempt, storedRoot: first.storedRoot },
    ]);
  });

  test('follows outputs to another incarnation of their holder', async () => {
    const { world, worker } = await worked(3);
    await restart(world);
    const reborn = await world.worker('w2');
    await reborn.register({ held: worker.held, jobDigest: (await reborn.register()).jobDigest });
    await settle();
    const { log } = await reborn.heartbeat();
    expect(log.slice(2)).toMatchObject([
      ...[{ kind: 'mapped', map: 0, holder: 'w2', address: 'http://w2' }],
      { kind: 'mapped', map: 1, holder: 'w2' },
    ]);
    await restart(world, 3);
    // The journal names the new holder, with whom they go.
    await reborn.register();
    await reborn.leave();
    const { maps } = await world.coordinator.status({ after: 0, waitMs: 0 });
    expect(maps).toMatchObject({ completed: 0, idle: 2 });
  });

  test('keeps cut points, and does not sample again', async () => {
    const world = await new CoordinatorWorld().start();
    const worker = await world.worker('w1');
    const { attempt } = await worker.leased();
    const partition = { kind: 'range', samples: 4 } as const;
    const description = aDescription({ partition });
    await worker.complete(attempt, { kind: 'describe', description });
    await settle();
    for (let i = 0; i < 2; i++) await worker.work();
    await restart(world);
    await worker.comeBack();
    const { leases, plan } = await worker.lease();
    expect(leases[0]?.task.kind).toBe('map');
    expect(plan?.bounds).toEqual([]);
  });

  test('of a job that was cancelled takes back what is left, and stays cancelled', async () => {
    let dead = false;
    const memory = new MemoryDisk({
      before: (operation, path) => {
        if (dead && operation === 'rename' && path.startsWith('/out')) throw new Error('killed');
      },
    });
    const { world, worker } = await worked(4, new CoordinatorWorld({}, memory));
    dead = true;
    await world.coordinator.cancel({ reason: 'enough' });
    await world.coordinator.ended;
    expect(memory.files('/out').length).toBeGreaterThan(0);
    dead = false;
    await world.start(2);
    expect(await world.coordinator.ended).toMatchObject({
      ...{ state: 'cancelled', error: { cause: { message: 'enough' } } },
    });
    expect(await memory.async.list('/')).toEqual(['state']);
    await worker.comeBack();
    expect((await worker.heartbeat()).ended).toBe(true);
  });

  test('of a job whose cancellation was answered does not go on with it', async () => {
    let dead = false;
    const memory = new MemoryDisk({
      before: () => {
        if (dead) throw new Error('killed');
      },
    });
    const { world } = await worked(4, new CoordinatorWorld({}, memory));
    await world.coordinator.cancel({ reason: 'enough' });
    dead = true;
    await settle();
    dead = false;
    await world.start(2);
    expect(await world.coordinator.ended).toMatchObject({ state: 'cancelled' });
  });

  test('refuses the state of another job', async () => {
    const { world } = await worked(1);
    const job = aJobSettings({ splitSize: 4, reducers: 3 });
    const other = new CoordinatorWorld({ job }, world.memory);
    await expect(other.start()).rejects.toThrow('holds the journal of the job with other settings');
    expect(await world.memory.async.list('/state')).toEqual(['journal-000001']);
  });
});

describe('a worker that starts in the place of a dead one', () => {
  test('frees what that ran at once, and takes over what it held', async () => {
    const { world, worker } = await worked(2);
    const lease = await worker.leased();
    const reborn = new FakeWorker(world, 'w2');
    await reborn.register({ replaces: 'w1' });
    const again = await reborn.leased();
    expect(again.task).toEqual(lease.task);
    const { maps, attempts, workers } = await world.coordinator.status({ after: 0, waitMs: 0 });
    expect(maps).toMatchObject({ completed: 1, inProgress: 1 });
    expect(attempts.lost).toBe(1);
    expect(workers).toMatchObject([
      { incarnation: 'w1', slots: 0 },
      { incarnation: 'w2', slots: 1 },
    ]);
    await reborn.takeOver(worker, ...worker.held.map(({ attempt }) => attempt));
    await settle();
    const { log } = await reborn.heartbeat([again.attempt]);
    expect(log.at(-1)).toMatchObject({ kind: 'mapped', map: 0, holder: 'w2' });
  });
});

describe('of two coordinators of one job', () => {
  test('the older takes nothing back and fails nothing that the newer has', async () => {
    const { world, worker } = await worked(4);
    const older = world.coordinator;
    await restart(world);
    await worker.comeBack();
    const cancelled = older.cancel({ reason: 'the older is told to' });
    await expect(cancelled).rejects.toBeInstanceOf(DeposedError);
    expect(world.journalFailures[0]).toBeInstanceOf(DeposedError);
    expect(await workOff(worker)).toEqual(['reduce']);
    await expectVerified(world);
  });

  test('the older learns from a worker that it is replaced', async () => {
    const { world, worker } = await worked(1);
    const older = world.coordinator;
    await world.start(2);
    await worker.comeBack();
    const request = { incarnation: 'w1', slots: 1, address: 'http://w1', held: [], running: [] };
    await expect(older.register({ ...request, epoch: worker.epoch })).rejects.toMatchObject({
      code: 'WRONG_EPOCH',
    });
    expect(world.journalFailures[0]).toBeInstanceOf(DeposedError);
  });
});
