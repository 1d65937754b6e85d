import { childNames } from '@mapreduce/protocol/resource';
import { otherKey } from '../children/plan-children.ts';
import type { Plan } from '../draft.ts';
import type { Observed, Refusal } from '../observed.ts';
import { currentCoordinator } from '../policies/coordinator-replacement.ts';
import { nameTaken } from './outcome.ts';

/**
 * Whether no pod may start without what was refused. It would wait for its tokens, its job file or its
 * claim in vain, or be open to all; and behind a name that is taken somebody else listens, or lets in
 * whom he likes: workers would send him their token.
 */
export function holdsPods({ what, reason, isInvalid }: Refusal, { others }: Observed): boolean {
  if (isInvalid || reason === nameTaken) return true;
  const [kind = '', name = ''] = what.split(' ');
  const isThere = others.has(otherKey({ kind, metadata: { name } }));
  return !isThere && kind !== 'PodDisruptionBudget';
}

/** Why the coordinator's pod could not be made, while it is waited whether it shows all the same. */
export function openRefusals(seen: Observed, { status }: Plan): readonly Refusal[] {
  const { generation = 0 } = status.coordinator ?? {};
  const { launch, job, refusals } = seen;
  const isOpen = launch?.generation === generation && launch.sentAt !== undefined;
  if (!isOpen || currentCoordinator(seen) !== undefined) return [];
  const pod = `Pod ${childNames.coordinatorPod(job.name, generation)}`;
  return refusals.filter(({ what }) => what === pod);
}
