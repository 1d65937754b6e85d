import { isTrue } from '../conditions.ts';
import type { Draft } from '../draft.ts';
import type { Observed } from '../observed.ts';
import { hasEnded, type PodView } from '../views/pod-view.ts';
import { currentCoordinator } from './coordinator-replacement.ts';

/** Says so when the pod that held the only copy of a finished job's output is gone. */
export function outputLost(seen: Observed, draft: Draft): void {
  const { conditions, coordinator } = draft.status;
  if (!isTrue(conditions, 'Complete') || isTrue(conditions, 'OutputLost')) return;
  if (!isInPodAlone(seen) || coordinator?.pod === undefined) return;
  const pod = currentCoordinator(seen);
  if (pod !== undefined && !isGone(seen, pod)) return;
  const message = `pod ${coordinator.pod} is gone, and with it the output that was in its volume alone; run the job again, and see spec.coordinator.volume.claim or spec.output.pvc`;
  draft.condition({ type: 'OutputLost', status: 'True', reason: 'CoordinatorGone', message });
  draft.event('Warning', 'OutputLost', message);
}

function isInPodAlone({ job, source }: Observed): boolean {
  const spec = source?.file.spec ?? job.spec;
  return spec !== undefined && 'volume' in spec.output && 'emptyDir' in spec.coordinator.volume;
}

function isGone({ nodes }: Observed, pod: PodView): boolean {
  const fact = pod.node === undefined ? undefined : nodes.of(pod.node);
  return hasEnded(pod) || fact?.gone === true;
}
