import type { Attempt } from '../attempt.ts';
import { cancelLease } from '../leases.ts';
import type { Commands, SchedulerState } from '../state.ts';
import { stayingWorkers } from '../workers.ts';
import { mayRun } from './placement.ts';

/** How long slots that are free but not offered are counted on, in milliseconds. */
const GRACE_MS = 3_000;
/** From one preemption to the next: a heartbeat and a lease request of the workers concerned. */
const SETTLE_MS = 2_000;
/** From a vain search to the next. */
const SEARCH_MS = 500;
/** Reduces that one step preempts at most. */
const VICTIMS = 64;

/**
 * When lost maps find no free slot, as many waiting reduces go back to idle, those with the least
 * progress first: they wait for those very maps, so with a reducer in every slot nothing would ever
 * move. A slot that is free but not offered yet will be in a moment, and is waited for; but not for
 * ever, as its worker may be about to leave. Reduces that merge already end by themselves, and so do
 * those that were granted the commit: they need no maps any more.
 *
 * Called after idle tasks were leased. Returns whether any reduce went back to idle.
 */
export function preemptReduces(state: SchedulerState, commands: Commands): boolean {
  if (state.phase !== 'reduce' || state.tasks.map.idle === 0) {
    state.shortageSince = undefined;
    return false;
  }
  if (state.backlog) return false;
  state.shortageSince ??= state.now;
  if (state.now < state.preemptAt) return false;
  const counted = state.now - state.shortageSince < GRACE_MS ? slotsToCome(state) : 0;
  const needed = Math.min(state.tasks.map.idle - counted, VICTIMS);
  if (needed <= 0) return false;
  const victims = leastProgress(state, needed);
  for (const victim of victims) cancelLease(state, victim, commands);
  state.preemptAt = state.now + (victims.length > 0 ? SETTLE_MS : SEARCH_MS);
  return victims.length > 0;
}

/** Free slots that are not offered. Those offered did not suit the maps that are left. */
function slotsToCome(state: SchedulerState): number {
  let slots = state.aliveSlots - state.attempts.size;
  for (const worker of state.waiting) slots -= worker.room;
  for (const worker of state.unfit) if (!worker.waiting.linked) slots -= free(worker);
  return slots;
}

function free({ slots, attempts }: Attempt['worker']): number {
  return slots - attempts.length;
}

/** Whether a reduce waits for segments: it has not merged yet, or has long stood still. */
export function isWaiting(attempt: Attempt, state: SchedulerState): boolean {
  const { progress, progressAt } = attempt;
  if (progress === undefined || progress.records === 0) return true;
  return state.now - progressAt >= state.settings.workerTimeoutMs;
}

/** The waiting reduces that have fetched least, on workers that could run an idle map. */
function leastProgress(state: SchedulerState, count: number): Attempt[] {
  const chosen: Attempt[] = [];
  for (const attempt of state.attempts) {
    if (attempt.table !== state.tasks.reduce || !isWaiting(attempt, state)) continue;
    if (state.grants.get(attempt.index) === attempt) continue;
    const last = chosen.at(-1);
    if (chosen.length === count && last !== undefined && fetched(attempt) > fetched(last)) continue;
    if (!couldRunMap(state, attempt)) continue;
    // The youngest first among equals: it has invested least.
    const before = chosen.findIndex((other) => fetched(attempt) <= fetched(other));
    chosen.splice(before === -1 ? chosen.length : before, 0, attempt);
    if (chosen.length > count) chosen.pop();
  }
  return chosen;
}

function fetched({ progress }: Attempt): number {
  return progress?.fetchedBytes ?? 0;
}

function couldRunMap(state: SchedulerState, { worker }: Attempt): boolean {
  if (worker.draining) return false;
  if (state.unfit.has(worker) && state.unfit.size < stayingWorkers(state)) return false;
  const { map } = state.tasks;
  if (map.idle > map.queue.shunned) return true;
  return map.queue.firstShunned((index) => mayRun(state, map, index, worker)) !== undefined;
}
