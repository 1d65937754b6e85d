import { stopProcess } from '../faults/processes.ts';
import { startSecond, supersede } from '../faults/second-coordinator.ts';
import type { CoordinatorControl } from '../world/coordinator-control.ts';
import { checkOutput } from '../world/output.ts';
import { pause, within, World } from '../world/world.ts';
import type { Case } from './case.ts';

/** Two coordinators of one job: the older binds nobody, and nothing of it shows in the output. */
export const secondCoordinatorCases: readonly Case[] = [
  {
    name: 'frozen-coordinator-wakes-up-beside-its-successor',
    needs: ['namespaces'],
    faults: 2,
    run: async (setting) => {
      const world = await World.start(setting, { shape: { mapMs: 60, reduceMs: 100 } });
      await world.mapsDone(5);
      const old = world.coordinator.role;
      const wake = stopProcess(world, 'the old coordinator', old);
      supersede(world);
      await world.mapsDone(6);
      wake();
      await world.finish();
      await old.kill();
      await checkOutput(world.output, world.shape);
    },
  },
  {
    name: 'cancelled-old-coordinator-leaves-the-output-of-its-successor',
    needs: ['namespaces'],
    faults: 1,
    run: async (setting) => {
      const world = await World.start(setting, { shape: { mapMs: 60, reduceMs: 100 } });
      await world.mapsDone(5);
      const old = world.coordinator.role;
      supersede(world);
      await world.when('a part is there', ({ reduces }) => reduces.completed >= 1);
      // To a coordinator this means: cancel, and take back what was written.
      old.signalAlone('SIGINT');
      await within(10_000, 'the old coordinator ends', old.ended);
      await world.finish();
    },
  },
  {
    name: 'two-coordinators-have-workers-each',
    faults: 1,
    run: async (setting) => {
      const world = await World.start(setting, {
        isIdle: true,
        workers: 4,
        shape: { mapMs: 60, reduceMs: 100 },
      });
      const [a, b, c, d] = [world.worker(0), world.worker(1), world.worker(2), world.worker(3)];
      world.coordinator.start();
      for (const worker of [a, b]) worker.start();
      await world.mapsDone(2);
      const second = await startSecond(world);
      for (const worker of [c, d]) {
        worker.coordinator = second.url;
        worker.start();
      }
      await world.when('the job ends', ({ state }) => state === 'succeeded', 60_000, second);
      await checkOutput(world.output, world.shape);
      // Whatever the older one still does, it does before it is told to end.
      await pause(2_000);
      await world.coordinator.role.kill();
      await checkOutput(world.output, world.shape);
    },
  },
  {
    name: 'two-coordinators-start-at-once',
    faults: 1,
    run: async (setting) => {
      const world = await World.start(setting, { isIdle: true });
      world.coordinator.start();
      const second = await startSecond(world);
      await pause(1_000);
      // Nobody sees whose journal came first. The older one hears of the other at the job's end at the
      // latest, and gives up: all has to be there for the newer then.
      const isServed = await served(world, second.isRunning ? second : world.coordinator);
      if (!isServed && !(await served(world, second.isRunning ? second : world.coordinator))) {
        throw new Error('both coordinators gave up');
      }
      for (const { role } of [world.coordinator, second]) await role.kill();
      await checkOutput(world.output, world.shape);
    },
  },
];

/** Has the workers call this coordinator; false where it gives up, true once the job has succeeded. */
async function served(world: World, coordinator: CoordinatorControl): Promise<boolean> {
  for (const worker of world.workers) {
    if (worker.isRunning) await worker.role.kill();
    worker.coordinator = coordinator.url;
    worker.start();
  }
  const succeeded = world
    .when('the job ends', ({ state }) => state === 'succeeded', 60_000, coordinator)
    .then(() => true);
  const gaveUp = coordinator.role.ended.then(({ code }) => (code === 0 ? succeeded : false));
  succeeded.catch(() => undefined);
  return Promise.race([succeeded, gaveUp]);
}
