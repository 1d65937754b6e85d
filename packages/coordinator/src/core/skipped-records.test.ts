import { describe, expect, test } from '@jest/globals';
import { mapTotals, type Lease, type SkippedRecord } from '@mapreduce/protocol';
import { nodeDigest } from '@mapreduce/service/node';
import { settingsDigest, splitDigest, verifyOutput } from '@mapreduce/storage';
import { aDescription, aJobSettings, aMapManifest, MemoryDisk, settle } from '@mapreduce/testing';
import { CoordinatorWorld, layout, type FakeWorker } from '@mapreduce/testing/coordinator';
import { SkippedRecords } from './skipped-records.ts';

/** Two records at the beginning of a map's split. */
function badOf(map: number, message = 'no such field'): SkippedRecord[] {
  return [0, 2].map((at) => ({ offset: 4 * map + at, length: 2, message, record: 'YQo=' }));
}

/** With a worker that is to map first. */
async function started(skipBadRecords: number, memory = new MemoryDisk()) {
  const job = aJobSettings({ splitSize: 4, skipBadRecords });
  const world = await new CoordinatorWorld({ job }, memory).start();
  const worker = await world.worker('w1');
  await worker.work();
  await settle();
  return { world, worker };
}

function mapOf({ task }: Lease): number {
  if (task.kind !== 'map') throw new Error(`a map expected, not a ${task.kind}`);
  return task.split.index;
}

/** Maps, and leaves two records out. */
async function skipTwo(worker: FakeWorker, message?: string): Promise<void> {
  const lease = await worker.leased();
  const skipped = badOf(mapOf(lease), message);
  await worker.complete(lease.attempt, aMapManifest({ skipped }));
  await settle();
}

async function reduceAll(worker: FakeWorker): Promise<void> {
  await worker.work();
  await settle();
  await worker.work();
}

async function expectAside(world: CoordinatorWorld): Promise<void> {
  expect(await world.coordinator.ended).toEqual({ state: 'succeeded' });
  const text = new TextDecoder().decode(await world.memory.async.read(layout.skipped));
  const lines = text.trimEnd().split('\n');
  const file = 'text';
  const found = lines.map((line) => JSON.parse(line) as object);
  expect(found).toEqual([...badOf(0), ...badOf(1)].map((record) => ({ file, ...record })));
  const { findings, skipped } = await verifyOutput(world.memory.async, nodeDigest, '/out');
  expect(findings).toEqual([]);
  expect(skipped).toBe(4);
}

async function recordsSkipped({ coordinator }: CoordinatorWorld): Promise<number> {
  return (await coordinator.status({ after: 0, waitMs: 0 })).progress.recordsSkipped;
}

describe('records that were skipped', () => {
  test('count once a map, however often it ran, and are written aside before the end', async () => {
    const { world, worker } = await started(4);
    await skipTwo(worker);
    await worker.leave();
    const other = await world.worker('w2');
    await skipTwo(other);
    await skipTwo(other);
    expect(await recordsSkipped(world)).toBe(4);
    await reduceAll(other);
    await expectAside(world);
  });

  test('outlive the coordinator', async () => {
    const { world, worker } = await started(4);
    await skipTwo(worker);
    await world.start(2);
    await worker.register({ epoch: worker.epoch });
    expect(await recordsSkipped(world)).toBe(2);
    await worker.leave();
    const other = await world.worker('w2');
    // For as long as it leases nothing after a restart.
    await world.clock.advance(1_000);
    await skipTwo(other);
    await skipTwo(other);
    await reduceAll(other);
    await expectAside(world);
  });

  test('outlive its journal: whoever holds a map output tells of them', async () => {
    const { world, worker } = await started(4);
    const { attempt, task } = await worker.leased();
    if (task.kind !== 'map') throw new Error('a map expected');
    const manifest = aMapManifest({ skipped: badOf(0) });
    await worker.complete(attempt, manifest);
    await world.memory.async.remove('/state');
    await world.start(2);
    const { storedRoot, contentRoot } = manifest;
    const split = splitDigest(nodeDigest, task.split);
    const totals = mapTotals(manifest);
    await worker.register({
      epoch: worker.epoch,
      jobDigest: settingsDigest(nodeDigest, world.config.job),
      held: [{ map: 0, attempt, split, storedRoot, contentRoot, totals }],
    });
    const waiting = worker.lease();
    for (let second = 0; second < 10; second++) {
      await world.clock.advance(1_000);
      await worker.heartbeat();
    }
    const [describing] = (await waiting).leases;
    if (describing !== undefined) await worker.finish(describing);
    await settle();
    expect(await recordsSkipped(world)).toBe(2);
  });

  test('fail the job when they are more than it may skip, and the first are named', async () => {
    const { world, worker } = await started(3);
    await skipTwo(worker);
    await skipTwo(worker);
    expect(await world.coordinator.ended).toEqual({
      state: 'failed',
      error: {
        code: 'program',
        cause: {
          kind: 'program',
          message:
            '4 bad records, but --skip-bad-records allows 3:\n' +
            'text at byte 0: no such field\n' +
            'text at byte 2: no such field\n' +
            'text at byte 4: no such field',
          file: 'text',
          offset: 0,
        },
      },
    });
    expect(await world.memory.async.list('/')).toEqual(['state']);
  });

  test('are refused to a program that sees many at once', async () => {
    const job = aJobSettings({ skipBadRecords: 1 });
    const world = await new CoordinatorWorld({ job }).start();
    const worker = await world.worker('w1');
    const { attempt } = await worker.leased();
    await worker.complete(attempt, {
      kind: 'describe',
      description: aDescription({ map: 'block' }),
    });
    expect(await world.coordinator.ended).toMatchObject({
      error: {
        cause: { message: expect.stringContaining('mapBlock sees many records') as unknown },
      },
    });
  });
});

test('maps are told in order, and one that ran again has skipped what it skipped last', () => {
  const skipped = new SkippedRecords();
  skipped.set(3, badOf(3, 'first'));
  skipped.set(1, badOf(1));
  skipped.set(3, badOf(3, 'last').slice(1));
  skipped.set(2, badOf(2));
  skipped.set(1, []);
  expect(skipped.total).toBe(3);
  expect([...skipped.lines((map) => `f${map}`)]).toEqual([
    ...badOf(2).map((record) => ({ file: 'f2', ...record })),
    { file: 'f3', offset: 14, length: 2, message: 'last', record: 'YQo=' },
  ]);
});
