import { coordinatorPod } from '../children/coordinator-pod.ts';
import { isTrue } from '../conditions.ts';
import type { Draft } from '../draft.ts';
import type { Observed } from '../observed.ts';
import { currentCoordinator, mayLaunch, replaceLost } from './coordinator-replacement.ts';
import { locationOf } from './end.ts';
import { removePredecessors } from './predecessors.ts';

/**
 * Makes another coordinator of a job that is complete, where the last one is lost and its output is not:
 * it lies in the coordinator's claim, which only a coordinator serves.
 */
export function serveOutput(seen: Observed, draft: Draft): void {
  const { job, source } = seen;
  if (source === undefined || !isTrue(draft.status.conditions, 'Complete')) return;
  const { output: sink, coordinator } = source.file.spec;
  if (!('volume' in sink) || !('claim' in coordinator.volume)) return;
  replaceLost(seen, draft);
  if (draft.statusFirst) return;
  const { coordinator: { generation = 0 } = {}, output } = draft.status;
  if (output !== undefined) {
    draft.set({ output: { ...output, location: locationOf(job.name, draft, source.file) } });
  }
  if (currentCoordinator(seen) !== undefined || !mayLaunch(seen, generation)) return;
  if (removePredecessors(seen, draft)) {
    draft.coordinatorPod = coordinatorPod(job, source, generation);
  }
}
