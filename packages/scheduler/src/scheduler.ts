import { assign, leasesAreHeld } from './assign.ts';
import { completeAttempt, completeReduce } from './completions.ts';
import type { SchedulerEvent } from './events.ts';
import { failAttempt } from './failures.ts';
import { requestGrant } from './grants.ts';
import { drainWorker, rerunAhead } from './draining.ts';
import { endJob } from './job-end.ts';
import { leaseOf } from './leases.ts';
import { holdOutputs } from './hold-outputs.ts';
import { dissolve, reportFetchFailure, settleSuspicions } from './map-outputs.ts';
import { advancePhase, plan } from './phases.ts';
import { startBackups } from './policies/backup-tasks.ts';
import { advanceClock, TICK_MS } from './policies/clock-gap.ts';
import { endWorker, expireWorkers, heartbeat, loseMachine, nextExpiry } from './policies/expiry.ts';
import { preemptReduces } from './policies/preempt-reduce.ts';
import { awaitRest, replaceWorker } from './policies/replaced.ts';
import { redoReduces } from './redo-reduces.ts';
import { restore } from './restore.ts';
import { resumeAttempt } from './resume.ts';
import type { Commands, SchedulerState } from './state.ts';
import { aliveWorker, join, offer, restoreFit, restoreSlots } from './workers.ts';

/**
 * Tells the scheduler of one event, and returns what is to be done, in order. Changes `state` in
 * place; the same events always give the same commands. An event that no longer matters (a repeat,
 * a late completion, a message of a worker that is not alive) changes nothing.
 */
export function step(state: SchedulerState, event: SchedulerEvent): Commands {
  const commands: Commands = [];
  advanceClock(state, event.at, nextTick(state));
  state.backlog = false;
  if (state.outcome === 'running') {
    handle(state, event, commands);
    settle(state, event, commands);
  } else if (mattersAfterEnd(event)) {
    handle(state, event, commands);
  }
  return commands;
}

/** When the next tick is due, on the coordinator's clock; at once if it is not later than now. */
export function nextTick(state: SchedulerState): number {
  if (state.outcome !== 'running') return Infinity;
  if (state.backlog) return state.now;
  const expiry = nextExpiry(state);
  if (expiry === undefined) return Infinity;
  const leases = leasesAreHeld(state) ? state.leasesFrom : Infinity;
  return Math.min(expiry, state.lastTick + TICK_MS, leases);
}

function handle(state: SchedulerState, event: SchedulerEvent, commands: Commands): void {
  switch (event.kind) {
    case 'planned':
      plan(state, event, commands);
      return;
    case 'described':
    case 'sampled':
    case 'mapCompleted': {
      const attempt = leaseOf(state, event);
      if (attempt?.table.kind === completes[event.kind]) completeAttempt(state, attempt, commands);
      return;
    }
    case 'reduceCommitted':
      completeReduce(state, event.partition, event.attempt, commands);
      return;
    case 'attemptFailed': {
      const attempt = leaseOf(state, event);
      if (attempt !== undefined) failAttempt(state, attempt, event.error, commands);
      return;
    }
    case 'fetchFailed': {
      const reporter = leaseOf(state, event);
      if (reporter?.table.kind !== 'reduce') return;
      reportFetchFailure(state, { ...event, reporter }, commands);
      return;
    }
    case 'grantRequested':
      requestGrant(state, event, commands);
      return;
    case 'reducesRedone':
      redoReduces(state, event.partitions, commands);
      return;
    case 'cancelled':
      endJob(state, 'cancelled');
      commands.push({ kind: 'jobCancelled', reason: event.reason });
      return;
    case 'tick':
      state.lastTick = state.now;
      expireWorkers(state, commands);
      restoreFit(state);
      settleSuspicions(state, commands);
      return;
    case 'workerJoined':
      join(state, event.worker, event.slots);
      return;
    case 'restored':
      restore(state, event, commands);
      return;
    case 'leasesHeld':
      state.leasesFrom = Math.max(state.leasesFrom, event.until);
      return;
    case 'epochRaised':
      state.epochs.raise(event.epoch);
      return;
    case 'workerDraining':
    case 'workerStays':
    case 'rerunAhead':
    case 'workerLeft':
    case 'workerGone':
    case 'workerReplaced':
    case 'slotsOffered':
    case 'slotsWithdrawn':
    case 'heartbeat':
    case 'outputsHeld':
    case 'attemptResumed':
      handleWorker(state, event, commands);
      return;
  }
}

type WorkerEvent = Extract<
  SchedulerEvent,
  {
    kind:
      | 'workerDraining'
      | 'workerStays'
      | 'rerunAhead'
      | 'workerLeft'
      | 'workerGone'
      | 'workerReplaced'
      | 'slotsOffered'
      | 'slotsWithdrawn'
      | 'heartbeat'
      | 'outputsHeld'
      | 'attemptResumed';
  }
>;

function handleWorker(state: SchedulerState, event: WorkerEvent, commands: Commands): void {
  const worker = aliveWorker(state, event.worker);
  if (worker === undefined) return;
  switch (event.kind) {
    case 'workerDraining':
      drainWorker(state, worker, event.graceMs, commands);
      return;
    case 'workerStays':
      if (worker.draining) restoreSlots(state, worker);
      return;
    case 'rerunAhead':
      rerunAhead(state, worker, event.maps, commands);
      return;
    case 'workerLeft':
      endWorker(state, worker, 'left', commands);
      return;
    case 'workerGone':
      loseMachine(state, worker, commands);
      return;
    case 'workerReplaced':
      replaceWorker(state, worker, event.by, commands);
      return;
    case 'slotsOffered':
      offer(state, worker, event.slots);
      return;
    case 'slotsWithdrawn':
      offer(state, worker, 0);
      return;
    case 'heartbeat':
      heartbeat(state, worker, event.attempts, commands);
      return;
    case 'outputsHeld':
      holdOutputs(state, worker, event.outputs, commands);
      awaitRest(state, worker);
      return;
    case 'attemptResumed':
      resumeAttempt(state, worker, event, commands);
      return;
  }
}

const completes = { described: 'describe', sampled: 'sample', mapCompleted: 'map' } as const;

/** What follows from the new state, whatever the event was. */
function settle(state: SchedulerState, { kind }: SchedulerEvent, commands: Commands): void {
  if (state.outcome !== 'running') return;
  dissolve(state, commands);
  advancePhase(state, commands);
  if (leasesAreHeld(state)) return;
  assign(state, commands);
  // A reduce that made room may suit a worker that the lost map did not.
  if (preemptReduces(state, commands)) assign(state, commands);
  if (kind === 'tick') startBackups(state, commands);
}

const afterEnd: ReadonlySet<SchedulerEvent['kind']> = new Set([
  ...(['workerJoined', 'workerDraining', 'workerStays', 'workerLeft', 'workerGone'] as const),
  ...(['heartbeat', 'grantRequested'] as const),
]);

/** The job is decided. Workers still come and go, and hear that their attempts are cancelled. */
function mattersAfterEnd({ kind }: SchedulerEvent): boolean {
  return afterEnd.has(kind);
}
