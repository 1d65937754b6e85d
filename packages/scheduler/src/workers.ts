import type { Incarnation } from '@mapreduce/protocol';
import { leaseClock } from './policies/clock-gap.ts';
import type { SchedulerState } from './state.ts';
import { Worker } from './worker.ts';

export function aliveWorker(state: SchedulerState, incarnation: Incarnation): Worker | undefined {
  const worker = state.byIncarnation.get(incarnation);
  return worker?.state === 'alive' ? worker : undefined;
}

/**
 * A worker registered. One that is alive merely repeats itself; one that was lost or had left
 * starts afresh, with none of its old leases and holding nothing.
 */
export function join(state: SchedulerState, incarnation: Incarnation, slots: number): void {
  let worker = aliveWorker(state, incarnation);
  if (worker === undefined) {
    // With nobody to watch, ticks were not due.
    if (state.aliveWorkers === 0) state.lastTick = state.now;
    worker = new Worker(incarnation, state.workers.length, 0);
    state.workers.push(worker);
    state.byIncarnation.set(incarnation, worker);
    state.aliveWorkers++;
    reviewUnfit(state);
  }
  worker.ownSlots = slots;
  setSlots(state, worker, worker.draining ? worker.attempts.length : slots);
  hear(state, worker);
  updateOffer(state, worker);
}

/** A worker that an earlier life knew: alive, but with no slot until it registers. */
export function expectWorker(state: SchedulerState, incarnation: Incarnation): Worker {
  const known = aliveWorker(state, incarnation);
  if (known !== undefined) return known;
  join(state, incarnation, 0);
  return expectWorker(state, incarnation);
}

/** A sign of life. */
export function hear(state: SchedulerState, worker: Worker): void {
  worker.heardAt = leaseClock(state);
  state.silence.moveToEnd(worker.silence);
}

/** Takes a worker that has no leases any more off every list of the living. */
export function bury(state: SchedulerState, worker: Worker, as: 'lost' | 'left'): void {
  worker.state = as;
  worker.offered = 0;
  state.aliveWorkers--;
  state.aliveSlots -= worker.slots;
  state.silence.remove(worker.silence);
  state.waiting.remove(worker.waiting);
  state.unfit.delete(worker);
  state.draining.delete(worker);
  state.dissolving.push(worker);
  reviewUnfit(state);
}

/** The worker waits for tasks for so many slots; 0 withdraws the offer. */
export function offer(state: SchedulerState, worker: Worker, slots: number): void {
  worker.offered = worker.draining ? 0 : slots;
  updateOffer(state, worker);
}

/** The worker is to leave: it has no slot from now on but those that are in use. */
export function withdrawSlots(state: SchedulerState, worker: Worker): void {
  worker.draining = true;
  state.draining.add(worker);
  state.unfit.delete(worker);
  fitSlots(state, worker);
  offer(state, worker, 0);
  reviewUnfit(state);
}

/** The worker is not to leave after all. */
export function restoreSlots(state: SchedulerState, worker: Worker): void {
  worker.draining = false;
  state.draining.delete(worker);
  setSlots(state, worker, Math.max(worker.ownSlots, worker.attempts.length));
  reviewUnfit(state);
}

/** A slot of a worker that drains goes with the attempt that was in it. */
export function fitSlots(state: SchedulerState, worker: Worker): void {
  if (worker.draining) setSlots(state, worker, worker.attempts.length);
}

function setSlots(state: SchedulerState, worker: Worker, slots: number): void {
  state.aliveSlots += slots - worker.slots;
  worker.slots = slots;
}

/** Live workers that are not about to leave. */
export function stayingWorkers(state: SchedulerState): number {
  return state.aliveWorkers - state.draining.size;
}

/** Puts a worker on or off the list of those that can be given a task now. */
export function updateOffer(state: SchedulerState, worker: Worker): void {
  const useful = worker.state === 'alive' && worker.room > 0;
  if (!useful || !isPreferred(state, worker)) state.waiting.remove(worker.waiting);
  else if (!worker.waiting.linked) state.waiting.moveToEnd(worker.waiting);
}

/** Prefers other workers to this one until then. */
export function markUnfit(state: SchedulerState, worker: Worker, until: number): void {
  if (worker.draining) return;
  worker.unfitUntil = until;
  state.unfit.add(worker);
  reviewUnfit(state);
}

/** Lets workers serve again whose time as unfit is over. */
export function restoreFit(state: SchedulerState): void {
  for (const worker of state.unfit) {
    if (worker.unfitUntil > state.now) continue;
    state.unfit.delete(worker);
    updateOffer(state, worker);
  }
  reviewUnfit(state);
}

function isPreferred(state: SchedulerState, worker: Worker): boolean {
  return !state.unfit.has(worker) || state.unfit.size === stayingWorkers(state);
}

/** Where all are unfit, none is: to be called when either number changes. */
function reviewUnfit(state: SchedulerState): void {
  for (const worker of state.unfit) updateOffer(state, worker);
}
