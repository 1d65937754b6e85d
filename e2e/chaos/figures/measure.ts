import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tracesOfTasks } from '../world/job.ts';
import type { WorkerStart } from '../world/worker-control.ts';
import { pause, World, type Setting, type WorldOptions } from '../world/world.ts';
import type { Measured } from './figure.ts';

/** Starting dozens of processes on few cores takes a while; workers wait for their coordinator. */
const msPerWorker = 500;

export interface Course {
  readonly options: WorldOptions & { readonly workers: number };
  /** How each worker is started. */
  readonly startOf?: (worker: number) => WorkerStart;
  /** Runs beside the job; returns how long a restart took, in seconds. */
  readonly disturb?: (world: World) => Promise<number>;
}

/** Runs a job whose workers have all been started before, and times it. */
export async function measure(setting: Setting, course: Course): Promise<Measured> {
  const { options, startOf, disturb } = course;
  const trace = join(setting.directory, 'trace');
  const world = await World.start(setting, {
    ...options,
    isIdle: true,
    env: { CHAOS_TRACE: trace },
  });
  for (const [index, worker] of world.workers.entries()) worker.start(startOf?.(index));
  await pause(msPerWorker * options.workers);
  const start = performance.now();
  world.coordinator.start();
  const [restartSeconds = 0] = await Promise.all([
    disturb?.(world),
    world.when('the job ends', ({ state }) => state === 'succeeded', 600_000),
  ]);
  const seconds = (performance.now() - start) / 1_000;
  await world.finish();
  return { seconds, restartSeconds, ...redone(readFileSync(trace, 'utf8'), world) };
}

function redone(trace: string, { shape }: World): Pick<Measured, 'redoneTasks' | 'redoneRecords'> {
  const times = new Map<string, number>();
  for (const word of trace.trimEnd().split('\n')) times.set(word, (times.get(word) ?? 0) + 1);
  const again = (word: string) => (times.get(word) ?? 0) > 1;
  return {
    redoneTasks: tracesOfTasks(shape).filter((words) => words.every(again)).length,
    redoneRecords: [...times.values()].reduce((sum, count) => sum + count - 1, 0),
  };
}
