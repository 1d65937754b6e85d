import { describe, expect, test } from '@jest/globals';
import { nodeDigest } from '@mapreduce/service/node';
import { verifyOutput } from '@mapreduce/storage';
import {
  aDescription,
  aDigest,
  aJobSettings,
  aProgress,
  MemoryDisk,
  settle,
} from '@mapreduce/testing';
import { CoordinatorWorld, type FakeWorker } from '@mapreduce/testing/coordinator';

/** Describe and both maps done by `worker`. */
async function toReduce(worker: FakeWorker): Promise<void> {
  for (const kind of ['describe', 'map', 'map']) {
    const { lease, accepted } = await worker.work();
    expect(lease.task.kind).toBe(kind);
    expect(accepted).toBe(true);
    await settle();
  }
}

describe.each(['file', 'volume'] as const)('with a %s sink', (kind) => {
  const output = { kind, directory: '/out', overwrite: false };

  test('a job runs from describe to a verified output', async () => {
    const world = await new CoordinatorWorld({ output }).start();
    const worker = await world.worker('w1');
    await toReduce(worker);
    await worker.work();
    await worker.work();
    expect(await world.coordinator.ended).toEqual({ state: 'succeeded' });
    const { findings, records } = await verifyOutput(world.memory.async, nodeDigest, '/out');
    expect({ findings, records }).toEqual({ findings: [], records: 14 });
    const status = await world.coordinator.status({ after: 0, waitMs: 0 });
    expect(status).toMatchObject({
      state: 'succeeded',
      phase: 'finish',
      maps: { total: 2, completed: 2 },
      reduceStates: 'cc',
      inputs: { count: 1, bytes: 8 },
      progress: { recordsRead: 10, recordsShuffled: 14 },
    });
    expect((await worker.heartbeat()).ended).toBe(true);
  });

  test('the attempt that committed first counts, even if its worker was given up meanwhile', async () => {
    const world = await new CoordinatorWorld({ output }).start();
    const slow = await world.worker('slow');
    await toReduce(slow);
    const phantom = await slow.leased();
    if (phantom.task.kind !== 'reduce') throw new Error('expected a reduce');
    const manifest = await slow.writePart(phantom.attempt, phantom.task.partition, 2);
    await slow.register();
    expect(await slow.complete(phantom.attempt, manifest)).toBe(true);
    // A repeat of the completion is accepted again.
    expect(await slow.complete(phantom.attempt, manifest)).toBe(true);
  });

  test('a failed job leaves nothing behind', async () => {
    const world = await new CoordinatorWorld({ output }).start();
    const worker = await world.worker('w1');
    await toReduce(worker);
    await worker.work();
    expect(await world.memory.async.list('/out')).toContain('part-00000');
    for (let tries = 0; tries < 4; tries++) {
      const { attempt } = await worker.leased();
      await worker.fail(attempt);
    }
    expect(await world.coordinator.ended).toMatchObject({
      state: 'failed',
      error: { code: 'program', task: 'reduce 1', cause: { message: 'boom' } },
    });
    expect(await world.memory.async.list('/')).toEqual(['state']);
  });
});

describe('leases', () => {
  test('wait until there is a task, and a repeat of the request gets the same answer', async () => {
    const world = await new CoordinatorWorld().start();
    const [first, second] = [await world.worker('w1'), await world.worker('w2')];
    const describe = await first.leased();
    const waiting = second.lease({ request: 'a' });
    const repeat = second.lease({ request: 'a' });
    await first.finish(describe);
    const answer = await waiting;
    expect(answer.leases).toMatchObject([{ task: { kind: 'map', split: { start: 0, end: 4 } } }]);
    expect(answer.plan).toMatchObject({ maps: 2 });
    expect(await repeat).toEqual(answer);
    expect(await second.lease({ request: 'a' })).toEqual(answer);
  });

  test('end without a task when their time is up; what comes later is for the next request', async () => {
    const world = await new CoordinatorWorld().start();
    const [first, second] = [await world.worker('w1'), await world.worker('w2')];
    const describe = await first.leased();
    const waiting = second.lease({ waitMs: 500 });
    await world.clock.advance(500);
    expect(await waiting).toEqual({ leases: [] });
    await first.finish(describe);
    await settle();
    expect((await second.leased()).task.kind).toBe('map');
  });

  test('are not given to a request whose connection broke', async () => {
    const world = await new CoordinatorWorld().start();
    const [first, second] = [await world.worker('w1'), await world.worker('w2')];
    const describe = await first.leased();
    void second.lease({ request: 'gone' });
    const sender = { incarnation: 'w2', epoch: world.coordinator.epoch };
    world.coordinator.withdraw({ ...sender, request: 'gone', slots: 1, waitMs: 1 });
    await first.finish(describe);
    await settle();
    expect(await first.leased()).toMatchObject({ task: { kind: 'map', split: { index: 0 } } });
  });

  test('are all answered when the job ends', async () => {
    const world = await new CoordinatorWorld().start();
    const [first, second] = [await world.worker('w1'), await world.worker('w2')];
    const { attempt } = await first.leased();
    const waiting = second.lease();
    await world.coordinator.cancel({ reason: 'no more' });
    expect(await waiting).toEqual({ leases: [] });
    expect(await first.heartbeat([attempt])).toMatchObject({ ended: true, cancel: [attempt] });
    expect(await world.coordinator.ended).toMatchObject({ state: 'cancelled' });
    expect(await world.memory.async.list('/')).toEqual(['state']);
    expect(await first.complete(attempt, { kind: 'describe', description: aDescription() })).toBe(
      false,
    );
  });
});

describe('workers', () => {
  test('of another epoch, unknown, lost or gone are told to register again', async () => {
    const world = await new CoordinatorWorld().start();
    const worker = await world.worker('w1');
    const epoch = { ...world.coordinator.epoch, nonce: '00000000' };
    await expect(
      Object.assign(await world.worker('w2'), { epoch }).heartbeat(),
    ).rejects.toMatchObject({ code: 'WRONG_EPOCH' });
    await worker.leave();
    await expect(worker.heartbeat()).rejects.toMatchObject({ code: 'UNKNOWN_WORKER' });
    await worker.register();
    await worker.heartbeat();
    await world.clock.advance(12_000);
    await expect(worker.heartbeat()).rejects.toMatchObject({ code: 'UNKNOWN_WORKER' });
    await expect(worker.lease()).rejects.toMatchObject({ code: 'UNKNOWN_WORKER' });
  });

  test('that fall silent lose their tasks and outputs to others, who hear of it in the log', async () => {
    const world = await new CoordinatorWorld().start();
    const [dying, other] = [await world.worker('w1'), await world.worker('w2')];
    await toReduce(dying);
    const { attempt } = await other.leased();
    for (let second = 0; second < 12; second++) {
      await world.clock.advance(1_000);
      await other.heartbeat([attempt]);
    }
    const { log } = await other.heartbeat([attempt]);
    expect(log.map(({ kind, map }) => `${kind} ${map}`).sort()).toEqual([
      ...['lost 0', 'lost 1', 'mapped 0', 'mapped 1'],
    ]);
    const rerun = await other.leased();
    expect(rerun).toMatchObject({ task: { kind: 'map' } });
    expect(rerun.attempt).toMatch(/-map-0-1$/);
  });

  test('that report a map twice are acknowledged twice; a loser is not', async () => {
    const world = await new CoordinatorWorld().start();
    const [first, second] = [await world.worker('w1'), await world.worker('w2')];
    await first.work();
    await settle();
    const lease = await first.leased();
    expect(await first.finish(lease)).toBe(true);
    expect(await first.finish(lease)).toBe(true);
    expect(await second.finish(lease)).toBe(false);
    const { log } = await first.heartbeat();
    expect(log).toEqual([
      {
        ...{ kind: 'mapped', map: 0, attempt: lease.attempt, holder: 'w1', address: 'http://w1' },
        ...{ storedRoot: aDigest('1'), contentRoot: aDigest('2') },
      },
    ]);
  });

  test('that were given up with a map are told that it does not count, though nobody has done it', async () => {
    const world = await new CoordinatorWorld().start();
    const worker = await world.worker('w1');
    await worker.work();
    await settle();
    const phantom = await worker.leased();
    for (let times = 0; times < 2; times++) {
      await world.clock.advance(1_000);
      await worker.heartbeat();
    }
    expect(await worker.finish(phantom)).toBe(false);
    expect((await worker.heartbeat()).log).toEqual([]);
  });

  test('see a map in the log no earlier than the journal has it', async () => {
    const world = await new CoordinatorWorld().start();
    const worker = await world.worker('w1');
    await worker.work();
    await settle();
    const lease = await worker.leased();
    const accepted = worker.finish(lease);
    expect((await worker.heartbeat([lease.attempt])).log).toEqual([]);
    expect(await accepted).toBe(true);
    expect((await worker.heartbeat()).log).toHaveLength(1);
  });
});

describe('a job fails with one clear error when', () => {
  test.each([
    [
      'the output is not empty',
      { output: { kind: 'file', directory: '/in', overwrite: false } as const },
      'output',
      'not empty',
    ],
    [
      'an input is missing',
      { inputs: [{ kind: 'path', path: '/none', shared: true } as const] },
      'input',
      'no such file',
    ],
  ])('%s', async (_case, config, code, message) => {
    const memory = new MemoryDisk();
    await memory.async.makeDirectory('/in');
    await memory.async.write('/in/a', new Uint8Array(1));
    const world = await new CoordinatorWorld(config, memory).start();
    const end = await world.coordinator.ended;
    expect(end).toMatchObject({ state: 'failed', error: { code } });
    expect(end.error?.cause.message).toContain(message);
    expect(memory.files('/').filter((path) => !path.startsWith('/state'))).toEqual(['/in/a']);
    const worker = await world.worker('w1');
    expect((await worker.heartbeat()).ended).toBe(true);
  });

  test('the output cannot be made ready, and no worker is sent to look for its nonce', async () => {
    const memory = new MemoryDisk();
    await memory.async.makeDirectory('/in');
    await memory.async.write('/in/a', new Uint8Array(1));
    const ready = await new CoordinatorWorld().start();
    expect((await (await ready.worker('w1')).register()).nonce).toBeDefined();
    const output = { kind: 'file', directory: '/in', overwrite: false } as const;
    const failed = await new CoordinatorWorld({ output }, memory).start();
    expect((await (await failed.worker('w1')).register()).nonce).toBeUndefined();
  });

  test('a map that ran again gave other records after a part was made from the first', async () => {
    const world = await new CoordinatorWorld().start();
    const [dying, other] = [await world.worker('w1'), await world.worker('w2')];
    await toReduce(dying);
    await dying.work();
    await dying.leave();
    expect((await other.work(aDigest('9'))).lease.task.kind).toBe('map');
    const end = await world.coordinator.ended;
    expect(end.error).toMatchObject({ code: 'program', task: 'map 0' });
    expect(end.error?.cause.message).toContain('Committed of other records than these: part-00000');
    expect(await world.memory.async.list('/')).toEqual(['state']);
  });
});

test('a part of records that no longer count is not committed into a volume: its reduce runs again', async () => {
  const output = { kind: 'volume', directory: '/out', overwrite: false } as const;
  const world = await new CoordinatorWorld({ output }).start();
  const [dying, slow, third] = [
    await world.worker('w1'),
    await world.worker('w2'),
    await world.worker('w3'),
  ];
  await toReduce(dying);
  const { attempt } = await slow.leased();
  const manifest = await slow.writePart(attempt, 0, 2);
  await dying.leave();
  for (let maps = 0; maps < 2; maps++) await third.work(aDigest('9'));
  await settle();
  expect(await slow.complete(attempt, manifest)).toBe(false);
  for (let reduces = 0; reduces < 2; reduces++) await third.work(aDigest('9'));
  expect(await world.coordinator.ended).toEqual({ state: 'succeeded' });
});

test('a job without any input gives empty parts', async () => {
  const world = await new CoordinatorWorld({ inputs: [{ kind: 'text', text: '' }] }).start();
  const worker = await world.worker('w1');
  for (const kind of ['describe', 'reduce', 'reduce']) {
    expect((await worker.work()).lease.task.kind).toBe(kind);
    await settle();
  }
  expect(await world.coordinator.ended).toEqual({ state: 'succeeded' });
});

test('a range partitioner is sampled first, and its cut points reach every later task', async () => {
  const world = await new CoordinatorWorld({ job: aJobSettings({ splitSize: 4 }) }).start();
  const worker = await world.worker('w1');
  const { attempt } = await worker.leased();
  const partition = { kind: 'range', samples: 4 } as const;
  const description = aDescription({ partition });
  await worker.complete(attempt, { kind: 'describe', description });
  await settle();
  for (const keys of [
    ['c', 'a'],
    ['d', 'b'],
  ]) {
    const sample = await worker.leased();
    expect(sample.task).toMatchObject({ kind: 'sample', records: 2 });
    await worker.complete(sample.attempt, { kind: 'sample', keys: keys.map((key) => btoa(key)) });
  }
  const { leases, plan } = await worker.lease();
  expect(leases[0]?.task.kind).toBe('map');
  expect(plan?.bounds).toEqual([btoa('c')]);
});

test('a journal that cannot be written fails the acknowledgement and ends the process', async () => {
  const memory = new MemoryDisk({
    before: (operation, path) => {
      if (broken && operation === 'fsync' && path.startsWith('/state')) throw new Error('EIO');
    },
  });
  let broken = false;
  const world = await new CoordinatorWorld({}, memory).start();
  const worker = await world.worker('w1');
  broken = true;
  await expect(worker.work()).rejects.toThrow('EIO');
  expect(world.journalFailures).toHaveLength(1);
});

test('a commit record that is judged while the journal cannot be written ends the process, and rejects nobody', async () => {
  const memory = new MemoryDisk({
    before: (operation, path) => {
      if (full && operation === 'append' && path.startsWith('/state')) throw new Error('ENOSPC');
    },
  });
  let full = false;
  const world = await new CoordinatorWorld({}, memory).start();
  const worker = await world.worker('w1');
  await toReduce(worker);
  await worker.work();
  // Another life finds the part before it has a plan to judge it by.
  await memory.async.remove('/state');
  await world.start(2);
  await world.clock.advance(10_000);
  const other = await world.worker('w2');
  const { attempt } = await other.leased();
  const unobserved: unknown[] = [];
  const note = (reason: unknown) => unobserved.push(reason);
  process.on('unhandledRejection', note);
  full = true;
  await expect(
    other.complete(attempt, { kind: 'describe', description: aDescription() }),
  ).rejects.toThrow('ENOSPC');
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(unobserved).toEqual([]);
  expect(world.journalFailures).toHaveLength(1);
  expect(await world.coordinator.status({ after: 0, waitMs: 0 })).toMatchObject({
    reduces: { completed: 1 },
  });
});

test('the status is told when it changes, and not more often than ten times a second', async () => {
  const world = await new CoordinatorWorld().start();
  const worker = await world.worker('w1');
  let { version } = await world.coordinator.status({ after: 0, waitMs: 0 });
  let answers = 0;
  for (let ms = 0; ms < 1_000; ms += 10) {
    const status = world.coordinator.status({ after: version, waitMs: 10 });
    await worker.heartbeat();
    await world.clock.advance(10);
    const before = version;
    ({ version } = await status);
    if (version > before) answers += 1;
  }
  expect(answers).toBeGreaterThanOrEqual(5);
  expect(answers).toBeLessThanOrEqual(11);
});

test('a status names the attempt that takes far longer than the others, and how much more it reads', async () => {
  const world = await new CoordinatorWorld().start();
  const [quick, slow] = [await world.worker('quick'), await world.worker('slow')];
  await toReduce(quick);
  const { attempt, task } = await slow.leased();
  const first = await quick.leased();
  await world.clock.advance(1_000);
  await quick.finish(first);
  const status = () => world.coordinator.status({ after: 0, waitMs: 0 });
  const { bytesShuffled } = (await status()).progress;
  const progress = aProgress({ bytes: 1, totalBytes: 30 * bytesShuffled });
  for (let second = 0; second < 4; second++) {
    expect((await status()).straggler).toBeUndefined();
    await world.clock.advance(1_000);
    const sender = { incarnation: 'slow', epoch: slow.epoch };
    const attempts = [{ attempt, progress }];
    await world.coordinator.heartbeat({ ...sender, attempts, logFrom: 0, freeDiskBytes: 1 });
  }
  expect((await status()).straggler).toMatchObject({
    ...{ attempt, task: `reduce ${task.kind === 'reduce' ? task.partition : ''}` },
    ...{ worker: 'http://slow', runningMs: 5_000, sizeRatio: 30 },
  });
});
