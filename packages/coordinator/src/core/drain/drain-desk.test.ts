import { beforeEach, describe, expect, test } from '@jest/globals';
import { settle } from '@mapreduce/service/virtual';
import { CoordinatorWorld, type FakeWorker } from '@mapreduce/testing/coordinator';
import { diskMargin } from './plan-moves.ts';

let world: CoordinatorWorld;
/** It leaves, and holds both maps. */
let leaver: FakeWorker;
let heir: FakeWorker;

beforeEach(async () => {
  world = await new CoordinatorWorld().start();
  leaver = await world.worker('leaver');
  heir = await world.worker('heir');
  for (let task = 0; task < 3; task++) await leaver.work();
  await heir.heartbeat();
});

function status() {
  return world.coordinator.status({ after: 0, waitMs: 0 });
}

/** What the heir is told to take over. */
async function orders(worker = heir): Promise<string[]> {
  const { takeOver = [] } = await worker.heartbeat();
  return takeOver.map(({ attempt }) => attempt);
}

/** What the completion log says, in short. */
async function told(): Promise<string[]> {
  await settle();
  const { log } = await heir.heartbeat();
  return log.map((event) =>
    event.kind === 'lost' ? `lost ${event.map}` : `${event.map} at ${event.holder}`,
  );
}

describe('a worker that leaves', () => {
  test('is relieved of what it holds, and may go when the log says so', async () => {
    await leaver.drain();
    expect((await leaver.heartbeat()).mayLeave).toBeUndefined();
    const [first = '', second = ''] = await orders();
    expect(second).not.toBe('');
    await heir.takeOver(leaver, first);
    expect(await orders()).toEqual([second]);
    expect((await leaver.heartbeat()).mayLeave).toBeUndefined();
    await heir.takeOver(leaver, second);
    expect((await leaver.heartbeat()).mayLeave).toBe(true);
    expect((await told()).slice(2).sort()).toEqual(['0 at heir', '1 at heir']);
    await leaver.leave();
    const { attempts, maps, workers } = await status();
    expect(attempts).toMatchObject({ moved: 2, rerunAhead: 0, lost: 0 });
    expect(maps).toMatchObject({ completed: 2 });
    expect(workers.find(({ incarnation }) => incarnation === 'leaver')?.state).toBe('left');
  });

  test('is seen to, and its waiting request ends without a lease', async () => {
    const third = await world.worker('third');
    const [reduce] = [await heir.leased(), await third.leased()];
    const waiting = leaver.lease();
    await leaver.drain();
    await heir.fail(reduce.attempt);
    expect((await waiting).leases).toEqual([]);
    expect((await status()).workers[0]).toMatchObject({ state: 'draining', slots: 0 });
  });

  test('stays while an attempt of its own is under way, which may still count', async () => {
    const reduce = await leaver.leased();
    await leaver.drain();
    await heir.takeOver(leaver, ...(await orders()));
    expect((await leaver.heartbeat([reduce.attempt])).mayLeave).toBeUndefined();
    expect(await leaver.finish(reduce)).toBe(true);
    expect((await leaver.heartbeat()).mayLeave).toBe(true);
  });

  test('serves on while maps run again that nobody has room for', async () => {
    heir.freeDiskBytes = diskMargin;
    await heir.heartbeat();
    await leaver.drain();
    expect(await orders()).toEqual([]);
    expect(await told()).toEqual(['0 at leaver', '1 at leaver']);
    expect((await heir.work()).accepted).toBe(true);
    expect((await leaver.heartbeat()).mayLeave).toBeUndefined();
    expect((await heir.work()).accepted).toBe(true);
    expect((await leaver.heartbeat()).mayLeave).toBe(true);
    await leaver.leave();
    expect((await told()).slice(2).sort()).toEqual(['0 at heir', '1 at heir']);
    expect((await status()).attempts).toMatchObject({ moved: 0, rerunAhead: 2 });
  });

  test('that goes before its maps have run again takes their outputs with it', async () => {
    heir.freeDiskBytes = 0;
    await heir.heartbeat();
    await leaver.drain();
    await orders();
    await heir.work();
    await leaver.leave();
    const events = (await told()).slice(2);
    expect(events).toHaveLength(2);
    expect(events[0]).toMatch(/^[01] at heir$/);
    expect(events[1]).toMatch(/^lost [01]$/);
  });

  test('is relieved by another where the first receiver does not come, or leaves too', async () => {
    await leaver.drain();
    const given = await orders();
    expect(given).toHaveLength(2);
    const other = await world.worker('other');
    await heir.takeOver(leaver, given[0] ?? '');
    await heir.drain();
    expect((await orders(other)).sort()).toEqual([...given].sort());
  });

  test('has its outputs run again once a silent receiver is the only one', async () => {
    await leaver.drain();
    expect(await orders()).toHaveLength(2);
    for (let second = 0; second < 20; second++) {
      await world.clock.advance(1_000);
      await leaver.heartbeat();
      await heir.heartbeat();
    }
    expect((await status()).attempts).toMatchObject({ moved: 0, rerunAhead: 2 });
  });

  test('waits for somebody to come where it is alone', async () => {
    await heir.leave();
    await leaver.drain();
    const { mayLeave } = await leaver.heartbeat();
    expect(mayLeave).toBeUndefined();
    expect((await status()).attempts.rerunAhead).toBe(0);
    const late = await world.worker('late');
    expect(await orders(late)).toHaveLength(2);
  });

  test('waits for a disk that has not been reported yet', async () => {
    heir.freeDiskBytes = 0;
    await heir.heartbeat();
    const other = await world.worker('other');
    await leaver.drain();
    await leaver.heartbeat();
    expect((await status()).attempts.rerunAhead).toBe(0);
    expect(await orders(other)).toHaveLength(2);
  });

  test('is needed for nothing once the job is over', async () => {
    await leaver.drain();
    expect(await orders()).toHaveLength(2);
    await world.coordinator.cancel({ reason: 'enough' });
    expect(await leaver.heartbeat()).toMatchObject({ ended: true, mayLeave: true });
    expect(await orders()).toEqual([]);
  });

  test('says so as it registers with the next coordinator, and what runs in place of its outputs goes on', async () => {
    heir.freeDiskBytes = 0;
    await heir.heartbeat();
    const other = await world.worker('other');
    other.freeDiskBytes = 0;
    await other.heartbeat();
    await leaver.drain();
    await heir.heartbeat();
    const [first, second] = [await heir.leased(), await other.leased()];
    await world.coordinator.stop();
    await world.start(2);
    // One comes before who leaves, and one after.
    expect((await heir.comeBack(first)).cancel).toEqual([]);
    await leaver.comeBack();
    expect((await other.comeBack(second)).cancel).toEqual([]);
    const waiting = leaver.lease();
    await world.clock.advance(1_000);
    expect((await leaver.heartbeat()).mayLeave).toBeUndefined();
    expect(await told()).toEqual(['0 at leaver', '1 at leaver']);
    expect([await heir.finish(first), await other.finish(second)]).toEqual([true, true]);
    expect((await leaver.heartbeat()).mayLeave).toBe(true);
    await leaver.leave();
    expect((await waiting).leases).toEqual([]);
    expect((await status()).attempts).toMatchObject({ started: 0, lost: 0 });
  });

  test('is relieved by a coordinator that has restarted, of what is left', async () => {
    await leaver.drain();
    await heir.takeOver(leaver, (await orders())[0] ?? '');
    await settle();
    await world.coordinator.stop();
    await world.start(2);
    await heir.comeBack();
    await leaver.comeBack();
    await heir.heartbeat();
    await heir.takeOver(leaver, ...(await orders()));
    expect((await leaver.heartbeat()).mayLeave).toBe(true);
    expect(await told()).toEqual(expect.arrayContaining(['0 at heir', '1 at heir']));
  });
});
