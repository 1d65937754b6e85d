import type { ListedInput } from '@mapreduce/storage';
import type { Completions } from '../completions.ts';
import type { MapOutputs } from '../map-outputs.ts';
import type { Planner } from '../planner.ts';
import type { SchedulerDriver } from '../scheduler-driver.ts';
import type { WorkerBook } from '../worker-book.ts';
import type { RestoredState } from './restored-state.ts';

/** What a job's state lies in. */
export interface JobParts {
  readonly planner: Planner;
  readonly outputs: MapOutputs;
  readonly workers: WorkerBook;
  readonly completions: Completions;
  readonly driver: SchedulerDriver;
}

/**
 * Puts a job back into the state that its journal tells of. `inputs`: those of the journal's plan, if
 * there is one. Who held outputs is waited for like anybody who has fallen silent.
 */
export function restoreJob(
  { planner, outputs, workers, completions, driver }: JobParts,
  restored: RestoredState,
  inputs: readonly ListedInput[] | undefined,
): void {
  const { described, bounds } = restored;
  if (described === undefined) return;
  completions.restore(described.attempt);
  if (inputs === undefined) {
    driver.send({ kind: 'restored', isDescribed: true, isSampled: false, outputs: [] });
    return;
  }
  const plan = planner.restore(described.description, inputs, bounds);
  outputs.table.plan(plan.maps);
  outputs.restore(restored.outputs.values());
  const held: { map: number; attempt: string; holder: string; isLost: boolean }[] = [];
  for (const { output, isLost } of restored.outputs.values()) {
    const { map, attempt, holder, address } = output;
    if (!isLost) workers.expect(holder, address);
    held.push({ map, attempt, holder, isLost });
  }
  const isSampled = bounds !== undefined;
  driver.send({ kind: 'restored', isDescribed: true, plan, isSampled, outputs: held });
}
