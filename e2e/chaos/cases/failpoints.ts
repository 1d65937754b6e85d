import { arm } from '../failpoints/armed.ts';
import { failpointNamed, failpoints, type Failpoint } from '../failpoints/table.ts';
import { within, World } from '../world/world.ts';
import type { Case } from './case.ts';

/** By failpoint: who comes there dies, starts again as production starts it, and the job ends. */
const singleCases: readonly Case[] = failpoints.map((failpoint) => ({
  name: `${failpoint.role}-dies-at-${failpoint.name}`,
  faults: 1,
  run: async (setting) => {
    const world = await World.start(setting, {
      isIdle: true,
      workers: 2,
      ...(failpoint.sink && { sink: failpoint.sink }),
    });
    await dieThere(world, failpoint);
    await world.finish();
  },
}));

/** How often the journal's tail is torn, each time a little later. */
const lives = 4;

export const failpointCases: readonly Case[] = [
  ...singleCases,
  {
    name: 'coordinator-dies-in-four-lives-one-after-the-other',
    faults: lives,
    run: async (setting) => {
      const world = await World.start(setting, { isIdle: true, shape: { maps: 60, mapMs: 40 } });
      for (const worker of world.workers) worker.start();
      for (let life = 0; life < lives; life++) {
        const failpoint = { ...failpointNamed('record-torn'), nth: 6 + life };
        const armed = arm(failpoint, setting.directory);
        const role = world.coordinator.start({ failpoint: armed });
        const end = await within(40_000, `the end of life ${life}`, role.ended);
        if (!armed.hasFired()) throw new Error(`it ended before: ${JSON.stringify(end)}`);
        setting.recorder.fired('failpoint', `${failpoint.name}, life ${life}`);
      }
      world.coordinator.start();
      await world.finish();
    },
  },
];

/** Starts everything, sees one process die at the failpoint, and starts it anew. */
async function dieThere(world: World, failpoint: Failpoint): Promise<void> {
  const { directory, recorder } = world.setting;
  const armed = arm(failpoint, directory);
  const doomed = failpoint.role === 'coordinator' ? world.coordinator : world.worker(0);
  const role = doomed.start({ failpoint: armed });
  if (failpoint.role === 'worker') {
    world.coordinator.start();
    // Whoever comes first gets something of everything to do.
    await world.when('it is there', ({ workersTotal }) => workersTotal > 0);
  }
  for (const worker of world.workers) if (worker !== doomed) worker.start();
  const end = await within(40_000, `${failpoint.name} is reached`, role.ended);
  if (!armed.hasFired()) throw new Error(`it ended before: ${JSON.stringify(end)}`);
  // Its executors, if it has any, went with their machine.
  role.signal('SIGKILL');
  recorder.fired('failpoint', failpoint.name);
  doomed.start();
}
