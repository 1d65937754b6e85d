import { childNames, type JobSpec } from '@mapreduce/protocol/resource';
import { firstSource, sourceOf } from './children/attempt-source.ts';
import { planChildren } from './children/plan-children.ts';
import { conditionOf, isTrue } from './conditions.ts';
import { Draft, type Plan } from './draft.ts';
import type { Observed, Settings } from './observed.ts';
import { currentCoordinator, replaceCoordinator } from './policies/coordinator-replacement.ts';
import { cancel, cancelAtOnce } from './policies/cancel.ts';
import { contactOf, heardBy } from './policies/contact.ts';
import { activeDeadline, preRunningDeadline } from './policies/deadlines.ts';
import { degraded } from './policies/degraded.ts';
import { faultPaths } from './policies/fault-paths.ts';
import { drainNodes } from './policies/drain.ts';
import { effectiveSpec, reportIgnoredChanges } from './policies/effective-spec.ts';
import { noteEnd } from './policies/end.ts';
import { fail, keepsCoordinator } from './policies/fail.ts';
import { outputLost } from './policies/output-lost.ts';
import { removePredecessors } from './policies/predecessors.ts';
import { progress } from './policies/progress.ts';
import { coordinatorReadiness, noMoreWorkers, readiness } from './policies/readiness.ts';
import { deleteAllPods, deleteOldCoordinators, deleteWorkers } from './policies/remove-pods.ts';
import { replicasNow } from './policies/scale.ts';
import { serveOutput } from './policies/serve-output.ts';
import { hasStarted, start } from './policies/start.ts';
import { resume, suspend } from './policies/suspend.ts';
import { ttl } from './policies/ttl.ts';

/** Whether the job has ended for good. */
export function isTerminal({ status }: Pick<Plan, 'status'>): boolean {
  return isTrue(status.conditions, 'Complete') || isTrue(status.conditions, 'Failed');
}

/** What is to be done about a job, from all that was seen of it. Undefined: nothing, it is not ours. */
export function plan(seen: Observed, settings: Settings): Plan | undefined {
  const { job } = seen;
  // What it owns goes with it.
  if (job.isForeign || job.isDeleting) return undefined;
  const draft = new Draft(seen);
  draft.set({ observedGeneration: job.generation });
  if (!isTerminal(draft)) unfinished(seen, draft, settings);
  if (isTerminal(draft)) finished(seen, draft, settings);
  return draft;
}

function unfinished(seen: Observed, draft: Draft, settings: Settings): void {
  const spec = effectiveSpec(seen);
  if (spec === undefined) {
    fail(seen, draft, 'InvalidSpec', seen.job.faults.join('; '));
    return;
  }
  const invalid = seen.refusals.find(({ isInvalid }) => isInvalid);
  if (invalid !== undefined) {
    fail(seen, draft, 'InvalidSpec', `${faultPaths(invalid, spec)}: ${invalid.message}`);
    return;
  }
  reportIgnoredChanges(seen, draft);
  if (spec.cancel && !hasStarted(seen)) {
    cancelAtOnce(seen, draft);
    return;
  }
  if (hasStarted(seen)) {
    // What has ended is neither suspended nor run again.
    progress(seen, draft);
    noteEnd(seen, draft, spec);
    if (isSettled(draft)) return;
  }
  // Who is to cancel has to be there to be asked.
  if (spec.suspend && !spec.cancel) {
    if (!asksForEnd(seen, draft)) suspend(seen, draft, spec);
  } else if (!hasStarted(seen)) {
    activeDeadline(seen, draft, spec);
    if (isTerminal(draft)) return;
    draft.set({ phase: 'Pending' });
    resume(draft);
    readiness(seen, draft, spec);
    removePredecessors(seen, draft);
    start(seen, draft);
  } else started(seen, draft, spec, settings);
}

/**
 * Before it suspends a job whose coordinator another one has launched, an operator asks whether it has ended: it
 * may have, while none was there. Whether it is still to answer.
 */
function asksForEnd(seen: Observed, draft: Draft): boolean {
  const isOwn = seen.launch?.generation === draft.status.coordinator?.generation;
  const isReady = currentCoordinator(seen)?.ready === true;
  const end = isReady && !isOwn ? heardBy(seen) : undefined;
  if (end === undefined) return false;
  draft.contact = contactOf(seen);
  draft.wake(end);
  return true;
}

function started(seen: Observed, draft: Draft, spec: JobSpec, settings: Settings): void {
  if (spec.cancel) cancel(seen, draft);
  if (isTerminal(draft)) return;
  degraded(seen, draft);
  activeDeadline(seen, draft, spec);
  if (isTerminal(draft)) return;
  preRunningDeadline(seen, draft, spec);
  if (isTerminal(draft)) return;
  replaceCoordinator(seen, draft, spec);
  if (isSettled(draft)) return;
  draft.contact = contactOf(seen);
  if (!removePredecessors(seen, draft)) return;
  // Neither would new pods understand those that run, nor is there a token to ask the coordinator by.
  if (seen.areTokensLost) return;
  const { attempt = 0 } = draft.status;
  draft.needsTokens = isMissing(seen, `Secret ${childNames.tokens(seen.job)}`);
  const first = () => firstSource(seen.job, spec, settings.images);
  const source = seen.source ?? sourceOf(seen.job, attempt, first());
  // What this process has read or written once may have been deleted since.
  const isDeleted = isMissing(seen, `ConfigMap ${childNames.jobFile(seen.job, attempt)}`);
  if (!seen.isSourceWritten || isDeleted) draft.source = source;
  const replicas = replicasNow(seen, draft, spec);
  planChildren(seen, draft, source, replicas);
  drainNodes(seen, draft, spec);
  readiness(seen, draft, spec);
}

/** Whether pods wait for an object that is not there. */
function isMissing({ missing }: Observed, object: string): boolean {
  return missing.some(({ what }) => what === object);
}

/** Whether nothing more is to be planned on what was seen: all else rests on the status. */
function isSettled(draft: Draft): boolean {
  return isTerminal(draft) || draft.statusFirst;
}

/** Of a job that has ended only what holds its output or its log stays. */
function finished(seen: Observed, draft: Draft, settings: Settings): void {
  draft.statusFirst = false;
  const failed = conditionOf(draft.status.conditions, 'Failed');
  if (failed?.status === 'True' && !keepsCoordinator(failed.reason)) deleteAllPods(seen, draft);
  else {
    deleteWorkers(seen, draft);
    deleteOldCoordinators(seen, draft);
  }
  noMoreWorkers(seen, draft);
  if (conditionOf(draft.status.conditions, 'CoordinatorReady')) coordinatorReadiness(seen, draft);
  outputLost(seen, draft);
  ttl(seen, draft, settings);
  if (!draft.expired) serveOutput(seen, draft);
}
