import { expect } from '@jest/globals';
import { settle } from '@mapreduce/testing';
import { CoordinatorWorld, type FakeWorker } from '@mapreduce/testing/coordinator';

/** Works until nothing is leased at once; returns the kinds of the tasks. */
export async function workOff(worker: FakeWorker, roots?: string): Promise<string[]> {
  const done: string[] = [];
  for (;;) {
    await settle();
    try {
      done.push((await worker.work(roots)).lease.task.kind);
    } catch (error) {
      if (String(error).includes('no task is leased')) return done;
      throw error;
    }
  }
}

/** Starts another coordinator, and lets the time pass in which it leases nothing. */
export async function restart(world: CoordinatorWorld, seed = 2): Promise<void> {
  await world.start(seed);
  await world.clock.advance(1_000);
}

export async function expectVerified(world: CoordinatorWorld): Promise<void> {
  expect(await world.coordinator.ended).toEqual({ state: 'succeeded' });
  expect(await world.findings()).toEqual([]);
}

/** A world with a worker that has done `tasks` tasks. */
export async function worked(tasks: number, world = new CoordinatorWorld()) {
  await world.start();
  const worker = await world.worker('w1');
  for (let i = 0; i < tasks; i++) {
    await worker.work();
    await settle();
  }
  return { world, worker };
}
