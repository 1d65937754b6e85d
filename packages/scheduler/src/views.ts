import type { AttemptId, Incarnation, JobStatus, Phase, TaskKind } from '@mapreduce/protocol';
import { leaseOf } from './leases.ts';
import type { SchedulerState } from './state.ts';
import type { Worker } from './worker.ts';
import { aliveWorker } from './workers.ts';

/** Tasks of a kind whose states are listed one by one, at most. */
const LISTED_TASKS = 200;
/** Workers listed one by one, at most. */
const LISTED_WORKERS = 200;

export interface TaskCounts {
  readonly total: number;
  readonly idle: number;
  readonly inProgress: number;
  readonly completed: number;
}

export interface WorkerView {
  readonly incarnation: Incarnation;
  readonly slots: number;
  readonly busy: number;
  readonly state: 'alive' | 'draining' | 'lost' | 'left';
  readonly tasksCompleted: number;
}

export function phaseOf(state: SchedulerState): Phase {
  return state.phase;
}

export function outcomeOf(state: SchedulerState): JobStatus['state'] {
  return state.outcome;
}

/** O(1). All zero for kinds that are not planned yet. */
export function taskCounts(state: SchedulerState, kind: TaskKind): TaskCounts {
  const { size: total, idle, inProgress, completed } = state.tasks[kind];
  return { total, idle, inProgress, completed };
}

/** A letter a task (i idle, p in progress, c completed); undefined for more than 200. */
export function taskStates(state: SchedulerState, kind: TaskKind): string | undefined {
  const table = state.tasks[kind];
  if (table.size > LISTED_TASKS) return undefined;
  return Array.from({ length: table.size }, (_, index) => table.letter(index)).join('');
}

/** Since the epoch's start. `failed` counted against a task; `lost` went back to idle uncounted. */
export function attemptTotals(state: SchedulerState): JobStatus['attempts'] {
  return { ...state.totals };
}

/** Workers that are alive first; the latest first among the others. At most 200. */
export function workerViews(state: SchedulerState): WorkerView[] {
  const listed: Worker[] = [];
  for (const worker of state.silence) {
    if (listed.length === LISTED_WORKERS) break;
    listed.push(worker);
  }
  listed.sort((a, b) => a.index - b.index);
  for (let index = state.workers.length - 1; index >= 0; index--) {
    if (listed.length === LISTED_WORKERS) break;
    const worker = state.workers[index];
    if (worker === undefined || worker.state === 'alive') continue;
    // A later record of the same incarnation speaks for it.
    if (state.byIncarnation.get(worker.incarnation) === worker) listed.push(worker);
  }
  return listed.map((worker) => ({
    incarnation: worker.incarnation,
    slots: worker.slots,
    busy: worker.attempts.length,
    state: worker.draining && worker.state === 'alive' ? 'draining' : worker.state,
    tasksCompleted: worker.tasksCompleted,
  }));
}

/** Workers by state; of those that have gone, each incarnation once. O(workers ever heard of). */
export function workerCounts(state: SchedulerState): Record<WorkerView['state'], number> {
  const draining = state.draining.size;
  const counts = { alive: state.aliveWorkers - draining, draining, lost: 0, left: 0 };
  for (const worker of state.byIncarnation.values()) {
    if (worker.state !== 'alive') counts[worker.state] += 1;
  }
  return counts;
}

/** All incarnations ever heard of. */
export function workersTotal(state: SchedulerState): number {
  return state.byIncarnation.size;
}

export function workerState(
  state: SchedulerState,
  incarnation: Incarnation,
): 'alive' | 'lost' | 'left' | undefined {
  return state.byIncarnation.get(incarnation)?.state;
}

export function isCompleted(state: SchedulerState, kind: TaskKind, index: number): boolean {
  return state.tasks[kind].isCompleted(index);
}

/** Live workers that are not about to leave. */
export function* stayingIncarnations(state: SchedulerState): Generator<Incarnation> {
  for (const worker of state.silence) if (stays(worker)) yield worker.incarnation;
}

/** Live workers that are about to leave. */
export function* drainingIncarnations(state: SchedulerState): Generator<Incarnation> {
  for (const worker of state.draining) yield worker.incarnation;
}

/** Whether something lies with the worker's dead predecessor that the worker may still offer. */
export function awaitsPredecessor(state: SchedulerState, incarnation: Incarnation): boolean {
  const predecessor = aliveWorker(state, incarnation)?.predecessor;
  return predecessor?.state === 'alive' && state.held.firstOf(predecessor.index) !== undefined;
}

/** Whether the worker is alive and stays. */
export function isStaying(state: SchedulerState, incarnation: Incarnation): boolean {
  const worker = aliveWorker(state, incarnation);
  return worker !== undefined && stays(worker);
}

function stays({ draining, isReplaced }: Worker): boolean {
  return !draining && !isReplaced;
}

/** Attempts that the worker runs, as far as the scheduler knows. */
export function runningOn(state: SchedulerState, incarnation: Incarnation): number {
  return aliveWorker(state, incarnation)?.attempts.length ?? 0;
}

/** The completed maps whose outputs this worker is known to hold. */
export function* mapsHeldBy(state: SchedulerState, incarnation: Incarnation): Generator<number> {
  const worker = aliveWorker(state, incarnation);
  if (worker !== undefined) yield* state.held.of(worker.index);
}

/**
 * Whether this worker holds the lease of this attempt, in a job that still runs: what must be
 * checked before a completion is journaled and acknowledged.
 */
export function holdsLease(
  state: SchedulerState,
  worker: Incarnation,
  attempt: AttemptId,
): boolean {
  return state.outcome === 'running' && leaseOf(state, { worker, attempt }) !== undefined;
}
