import { describe, expect, test } from '@jest/globals';
import type { CompletionResponse, Differing, JobStatus, Lease } from '@mapreduce/protocol';
import { nodeDigest } from '@mapreduce/service/node';
import { verifyOutput } from '@mapreduce/storage';
import { aDescription, aDigest, aJobSettings, aMapManifest, settle } from '@mapreduce/testing';
import { CoordinatorWorld, type FakeWorker } from '@mapreduce/testing/coordinator';

const [before, after] = [aDigest('2'), aDigest('9')];
const inPartition = (partition: number): Differing => [{ partition, records: [3, 4] }];

/** A job of one map and two reduces. The first worker has done the map. */
class Rerun {
  readonly world: CoordinatorWorld;
  readonly first: FakeWorker;
  readonly second: FakeWorker;
  readonly map: Lease;

  private constructor(world: CoordinatorWorld, workers: [FakeWorker, FakeWorker], map: Lease) {
    [this.world, [this.first, this.second], this.map] = [world, workers, map];
  }

  static async begin(deterministic = true): Promise<Rerun> {
    const world = await new CoordinatorWorld({ job: aJobSettings() }).start();
    const first = await world.worker('w1');
    const { attempt } = await first.leased();
    const description = aDescription({ deterministic });
    await first.complete(attempt, { kind: 'describe', description });
    await settle();
    const { lease } = await first.work(before);
    return new Rerun(world, [first, await world.worker('w2')], lease);
  }

  /** A reducer cannot use what the first worker serves, so the map runs again, on the second. */
  async lose({ attempt }: Lease): Promise<Lease> {
    const { incarnation, epoch } = this.second;
    await this.world.coordinator.fetchFailed({
      ...{ incarnation, epoch, attempt, map: 0, mapAttempt: this.map.attempt },
      ...{ holder: 'w1', reason: 'corrupt', message: '' },
    });
    await this.second.fail(attempt);
    const lease = await this.second.leased();
    expect(lease.task.kind).toBe('map');
    return lease;
  }

  complete(worker: FakeWorker, { attempt }: Lease, root = after): Promise<CompletionResponse> {
    const { incarnation, epoch } = worker;
    // As many records as the two reduces say they took in.
    const counts = { partitionRecords: [7, 7], recordsOut: 14 };
    const result = aMapManifest({ contentRoot: root, ...counts });
    return this.world.coordinator.complete({ incarnation, epoch, attempt, result });
  }

  audit(worker: FakeWorker, { attempt }: Lease, differing: Differing) {
    const { incarnation, epoch } = worker;
    const first = this.map.attempt;
    return this.world.coordinator.audit({ incarnation, epoch, attempt, first, differing });
  }

  status(): Promise<JobStatus> {
    return this.world.coordinator.status({ after: 0, waitMs: 0 });
  }

  /** Takes whatever is left to do, until the job ends. */
  async finish(worker: FakeWorker): Promise<readonly string[]> {
    while ((await this.status()).state === 'running') {
      await worker.work(after);
      await settle();
    }
    expect(await this.world.coordinator.ended).toEqual({ state: 'succeeded' });
    return (await verifyOutput(this.world.memory.async, nodeDigest, '/out')).findings;
  }

  async failure(): Promise<string> {
    const end = await this.world.coordinator.ended;
    expect(end).toMatchObject({ state: 'failed', error: { code: 'program' } });
    expect((await this.world.memory.async.list('/')).includes('out')).toBe(false);
    return end.error?.cause.message ?? '';
  }
}

/** The map ran again while the first holder lives, and reduce 0 holds its first output. */
async function caught(): Promise<{ job: Rerun; reduce: Lease; rerun: Lease }> {
  const job = await Rerun.begin();
  const reduce = await job.first.leased();
  const rerun = await job.lose(await job.second.leased());
  const { attempt, contentRoot } = { attempt: job.map.attempt, contentRoot: before };
  const compare = { attempt, contentRoot, holder: 'w1', address: 'http://w1' };
  expect(await job.complete(job.second, rerun)).toEqual({ accepted: true, compare });
  return { job, reduce, rerun };
}

describe('a map that ran again and gave other records', () => {
  test('has the reduces of partitions that differ begin anew', async () => {
    const { job, reduce, rerun } = await caught();
    expect((await job.first.heartbeat([reduce.attempt])).cancel).toEqual([]);
    await job.audit(job.second, rerun, inPartition(0));
    expect((await job.first.heartbeat([reduce.attempt])).cancel).toEqual([reduce.attempt]);
    expect((await job.status()).audits).toEqual({
      total: 1,
      first: [
        {
          ...{ map: 0, first: job.map.attempt, other: rerun.attempt, counts: true },
          ...{ partitions: 1, differing: [{ partition: 0, records: [3, 4] }] },
        },
      ],
    });
    // Mapped, lost, mapped: whoever knows less of the log might take what is lost.
    const redone = await job.second.leased();
    expect(redone.task).toMatchObject({ kind: 'reduce', partition: 0, log: 3 });
    await job.second.finish(redone, after);
    expect(await job.finish(job.second)).toEqual([]);
  });

  test('leaves others alone, and _SUCCESS names what they consumed', async () => {
    const { job, reduce, rerun } = await caught();
    await job.audit(job.second, rerun, inPartition(1));
    expect((await job.first.heartbeat([reduce.attempt])).cancel).toEqual([]);
    await job.first.finish(reduce, before);
    expect(await job.finish(job.second)).toEqual([]);
    const bytes = await job.world.memory.async.read('/out/_SUCCESS');
    const { parts, maps } = JSON.parse(new TextDecoder().decode(bytes)) as {
      parts: { exceptions?: unknown }[];
      maps: unknown;
    };
    expect(maps).toMatchObject([{ attempt: rerun.attempt, contentRoot: after }]);
    expect(parts.map(({ exceptions }) => exceptions)).toEqual([
      [{ map: 0, root: before }],
      undefined,
    ]);
  });

  test.each(['before', 'after'])('fails the job where a part was committed %s', async (when) => {
    const { job, reduce, rerun } = await caught();
    if (when === 'before') await job.first.finish(reduce, before);
    await job.audit(job.second, rerun, inPartition(0));
    if (when === 'after') await job.first.finish(reduce, before);
    const message = await job.failure();
    expect(message).toContain(`map 0 gave other records when it ran again: ${rerun.attempt}`);
    expect(message).toContain('partition 0 (4 instead of 3)');
    expect(message).toContain('part-00000');
    expect(message).toContain('nondeterministic: true');
  });

  test('is no matter to a part that was committed of what it gives now', async () => {
    const { job, reduce, rerun } = await caught();
    await job.first.finish(reduce, after);
    await job.audit(job.second, rerun, inPartition(0));
    expect(await job.finish(job.second)).toEqual([]);
  });

  test('is taken to differ everywhere once its worker is gone', async () => {
    const { job, reduce } = await caught();
    await job.second.leave();
    await settle();
    expect((await job.first.heartbeat([reduce.attempt])).cancel).toEqual([reduce.attempt]);
    const { audits } = await job.status();
    expect(audits?.first).toMatchObject([{ differing: [] }]);
    expect(audits?.first[0]?.partitions).toBeUndefined();
  });

  test('is taken to differ everywhere where the first holder is gone', async () => {
    const job = await Rerun.begin();
    const reduce = await job.second.leased();
    await job.first.leave();
    const third = await job.world.worker('w3');
    const rerun = await third.leased();
    expect(await job.complete(third, rerun)).toEqual({ accepted: true });
    expect((await job.second.heartbeat([reduce.attempt])).cancel).toEqual([reduce.attempt]);
    expect(await job.finish(third)).toEqual([]);
  });

  test('is told again to whoever asks again, and heard from nobody else', async () => {
    const { job, reduce, rerun } = await caught();
    expect(await job.complete(job.second, rerun)).toMatchObject({ compare: { holder: 'w1' } });
    await job.audit(job.first, rerun, inPartition(0));
    expect((await job.status()).audits).toBeUndefined();
    await job.audit(job.second, rerun, inPartition(1));
    await job.audit(job.second, rerun, inPartition(0));
    expect((await job.first.heartbeat([reduce.attempt])).cancel).toEqual([]);
    expect((await job.complete(job.second, rerun)).compare).toBeUndefined();
  });

  test('is remembered over a restart, where reduces that may hold the former are not taken back', async () => {
    const { job, reduce, rerun } = await caught();
    await job.audit(job.second, rerun, inPartition(1));
    const { audits } = await job.status();
    for (const seed of [2, 3]) await job.world.start(seed);
    expect((await job.status()).audits).toEqual(audits);
    expect((await job.first.comeBack(reduce)).cancel).toEqual([]);
    await job.first.finish(reduce, before);
    await job.second.register();
    await job.world.clock.advance(1_500);
    expect((await job.status()).state).toBe('running');
  });

  test('is taken to differ everywhere where the coordinator died before it was told', async () => {
    const { job, reduce, rerun } = await caught();
    for (const seed of [2, 3]) await job.world.start(seed);
    expect((await job.first.comeBack(reduce)).cancel).toEqual([reduce.attempt]);
    expect((await job.status()).audits?.first).toMatchObject([
      { first: job.map.attempt, other: rerun.attempt, counts: true, differing: [] },
    ]);
  });
});

describe('a late attempt with other records', () => {
  test('is reported, and changes nothing', async () => {
    const job = await Rerun.begin();
    const late = { ...job.map, attempt: job.map.attempt.replace(/0$/, '7') };
    const answer = await job.complete(job.second, late);
    expect(answer).toMatchObject({ accepted: false, compare: { attempt: job.map.attempt } });
    const reduce = await job.first.leased();
    await job.audit(job.second, late, inPartition(0));
    expect((await job.first.heartbeat([reduce.attempt])).cancel).toEqual([]);
    expect((await job.status()).audits?.first).toMatchObject([{ counts: false, partitions: 1 }]);
    await job.first.finish(reduce, before);
    await job.first.work(before);
    expect(await job.world.coordinator.ended).toEqual({ state: 'succeeded' });
  });

  test.each([
    [after, [{ counts: false, differing: [] }]],
    [before, undefined],
  ])('that nobody heard of as it ended is judged when it is offered', async (root, audits) => {
    const job = await Rerun.begin();
    const { world, first, second } = job;
    const [output] = first.held;
    if (output === undefined) throw new Error('nothing is held');
    await world.start(2);
    await first.comeBack();
    const { jobDigest } = await first.register({ epoch: first.epoch });
    const late = { ...output, attempt: output.attempt.replace(/0$/, '7'), contentRoot: root };
    await second.register({ held: [late], jobDigest });
    await second.register({ held: [late], jobDigest });
    const { audits: told, maps } = await job.status();
    expect(maps.completed).toBe(1);
    if (audits === undefined) expect(told).toBeUndefined();
    else expect(told).toMatchObject({ total: 1, first: audits });
  });

  test('with the same records is nothing to speak of', async () => {
    const job = await Rerun.begin();
    const late = { ...job.map, attempt: job.map.attempt.replace(/0$/, '7') };
    expect(await job.complete(job.second, late, before)).toEqual({ accepted: false });
    expect((await job.status()).audits).toBeUndefined();
  });
});

test('of a program that says so, maps may give other records: nothing is compared', async () => {
  const job = await Rerun.begin(false);
  const reduce = await job.first.leased();
  const rerun = await job.lose(await job.second.leased());
  expect(await job.complete(job.second, rerun)).toEqual({ accepted: true });
  await job.first.finish(reduce, before);
  expect(await job.finish(job.second)).toEqual([]);
  expect((await job.status()).audits).toBeUndefined();
  const verified = await verifyOutput(job.world.memory.async, nodeDigest, '/out');
  expect(verified).toMatchObject({ deterministic: false, findings: [] });
});
