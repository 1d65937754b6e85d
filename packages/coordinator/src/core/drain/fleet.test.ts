import { beforeEach, describe, expect, test } from '@jest/globals';
import { settle } from '@mapreduce/service/virtual';
import { CoordinatorWorld, type FakeWorker } from '@mapreduce/testing/coordinator';

let world: CoordinatorWorld;
let holder: FakeWorker;
let busy: FakeWorker;
let idle: FakeWorker;
const graceMs = 90_000;

beforeEach(async () => {
  world = await new CoordinatorWorld().start();
  holder = await world.worker('holder');
  busy = await world.worker('busy');
  idle = await world.worker('idle');
  // Describe, and one of the two maps.
  for (let task = 0; task < 2; task++) await holder.work();
  const map = await busy.leased();
  for (const worker of [holder, idle]) await worker.heartbeat();
  await busy.heartbeat([map.attempt]);
});

async function scaleDown(workers: number, ms = graceMs): Promise<string[]> {
  const { victims } = await world.coordinator.scaleDown({ workers, graceMs: ms });
  return victims.map(({ incarnation, relieved }) => `${incarnation}${relieved ? ' relieved' : ''}`);
}

function status() {
  return world.coordinator.status({ after: 0, waitMs: 0 });
}

async function states(): Promise<Record<string, string>> {
  const { workers } = await status();
  return Object.fromEntries(workers.map(({ incarnation, state }) => [incarnation, state]));
}

async function orders(worker: FakeWorker): Promise<string[]> {
  const { takeOver = [] } = await worker.heartbeat();
  return takeOver.map(({ attempt }) => attempt);
}

describe('scaling down', () => {
  test('lets go who runs and holds nothing, then who holds, and last who runs a task', async () => {
    expect(await scaleDown(3)).toEqual([]);
    expect(await scaleDown(2)).toEqual(['idle relieved']);
    expect(await scaleDown(1)).toEqual(['idle relieved', 'holder']);
    expect(await scaleDown(0)).toEqual(['idle relieved', 'holder', 'busy']);
  });

  test('changes nothing when it is repeated, though others hold less by now', async () => {
    await scaleDown(2);
    const late = await world.worker('late');
    expect(await scaleDown(3)).toEqual(['idle relieved']);
    await late.heartbeat();
    expect(await scaleDown(3)).toEqual(['idle relieved']);
    expect(await states()).toMatchObject({ idle: 'draining', late: 'alive' });
  });

  test('moves what a victim holds to those that stay, and says when it is relieved', async () => {
    await scaleDown(2);
    expect(await scaleDown(1)).toEqual(['idle relieved', 'holder']);
    expect(await orders(idle)).toEqual([]);
    const given = await orders(busy);
    expect(given).toHaveLength(1);
    await busy.takeOver(holder, ...given);
    await settle();
    expect(await scaleDown(1)).toEqual(['idle relieved', 'holder relieved']);
    const { attempts, workers } = await status();
    expect(attempts).toMatchObject({ moved: 1, rerunAhead: 0 });
    expect(workers.map(({ incarnation, relieved }) => [incarnation, relieved])).toEqual([
      ['holder', true],
      ['busy', false],
      ['idle', true],
    ]);
  });

  test('has the most useful stay again where more are wanted after all', async () => {
    await scaleDown(1);
    expect(await scaleDown(2)).toEqual(['idle relieved']);
    expect(await states()).toMatchObject({ holder: 'alive', idle: 'draining' });
    expect((await holder.heartbeat()).mayLeave).toBeUndefined();
    await scaleDown(3);
    await idle.heartbeat();
    expect((await busy.heartbeat()).takeOver).toBeUndefined();
    expect((await status()).workers.map(({ slots }) => slots)).toEqual([1, 1, 1]);
  });

  test('finds a map whole that was to run again because its holder was to go', async () => {
    busy.freeDiskBytes = 0;
    await busy.heartbeat();
    await scaleDown(1);
    await holder.heartbeat();
    expect((await status()).maps).toMatchObject({ completed: 0, idle: 1 });
    await scaleDown(2);
    expect((await status()).maps).toMatchObject({ completed: 1, inProgress: 1 });
  });

  test('leaves those their notice who are to go for another reason', async () => {
    await idle.drain();
    const addresses = ['http://holder', 'http://nobody'];
    const { workers } = await world.coordinator.drainWorkers({ addresses, graceMs });
    expect(workers).toEqual([{ incarnation: 'holder', address: 'http://holder', relieved: false }]);
    await scaleDown(1);
    expect(await scaleDown(3)).toEqual(['idle relieved', 'holder']);
  });

  test('is asked for anew after a restart of the coordinator', async () => {
    await scaleDown(2);
    await world.coordinator.stop();
    await world.start(2);
    for (const worker of [holder, busy, idle]) await worker.comeBack();
    expect(Object.values(await states())).toEqual(['alive', 'alive', 'alive']);
    expect(await scaleDown(2)).toHaveLength(1);
  });

  test('relieves everybody once the job is over', async () => {
    await world.coordinator.cancel({ reason: 'enough' });
    await settle();
    expect(await scaleDown(2)).toEqual([expect.stringContaining(' relieved')]);
    expect((await status()).workers.every(({ relieved }) => relieved)).toBe(true);
  });
});

describe('a worker whose machine is to go', () => {
  test('is told once, and moves nothing in the last of its time, which no repeat prolongs', async () => {
    const addresses = ['http://holder'];
    await world.coordinator.drainWorkers({ addresses, graceMs: 2_000 });
    await world.coordinator.drainWorkers({ addresses, graceMs });
    expect(world.log.facts.filter(({ fact }) => fact === 'worker drains')).toHaveLength(1);
    expect((await status()).attempts).toMatchObject({ rerunAhead: 0 });
    await holder.heartbeat();
    expect((await status()).attempts).toMatchObject({ rerunAhead: 1 });
  });

  /** All of these are heard of each second. */
  async function pass(seconds: number, workers = [holder, busy, idle]): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      await world.clock.advance(1_000);
      for (const worker of workers) await worker.heartbeat();
    }
  }

  test('takes part again where it is still there ten seconds after its time', async () => {
    const addresses = ['http://idle'];
    await world.coordinator.drainWorkers({ addresses, graceMs: 5_000 });
    await pass(12);
    // As late as a message may come; it is no news.
    await world.coordinator.drainWorkers({ addresses, graceMs: 5_000 });
    await pass(14);
    expect(await states()).toMatchObject({ idle: 'draining' });
    await pass(1);
    expect(await states()).toMatchObject({ idle: 'alive' });
    expect((await idle.leased()).task.kind).toBe('map');
  });

  test('is not taken for one that stays because others are heard of', async () => {
    await world.coordinator.drainWorkers({ addresses: ['http://idle'], graceMs: 5_000 });
    await pass(6);
    await pass(9, [holder, busy]);
    expect(await states()).toMatchObject({ idle: 'draining' });
    await pass(2, [holder, busy]);
    expect(await states()).toMatchObject({ idle: 'lost' });
  });

  test('goes all the same where it says so itself', async () => {
    await world.coordinator.drainWorkers({ addresses: ['http://idle'], graceMs: 5_000 });
    await idle.drain(5_000);
    await world.coordinator.drainWorkers({ addresses: ['http://idle'], graceMs: 1_000 });
    await pass(30);
    expect(await states()).toMatchObject({ idle: 'draining' });
  });
});

describe('a worker whose machine is gone', () => {
  test('is lost at once with what it held; a repeat and unknown addresses change nothing', async () => {
    const addresses = ['http://holder', 'http://nobody'];
    await world.coordinator.lostWorkers({ addresses });
    await world.coordinator.lostWorkers({ addresses });
    expect(await states()).toMatchObject({ holder: 'lost', busy: 'alive', idle: 'alive' });
    expect((await status()).maps).toMatchObject({ completed: 0, idle: 1 });
    const lost = world.log.facts.filter(({ fact }) => fact === 'worker lost');
    expect(lost).toHaveLength(1);
  });

  test('is unknown when it is heard of again, and comes back as another', async () => {
    await world.coordinator.lostWorkers({ addresses: ['http://holder'] });
    await expect(holder.heartbeat()).rejects.toThrow(/register/);
  });
});
