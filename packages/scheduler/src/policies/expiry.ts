import type { AttemptId, Progress } from '@mapreduce/protocol';
import { cancelLease, endLease, heldBy } from '../leases.ts';
import { COMMANDS_A_STEP, type Commands, type SchedulerState } from '../state.ts';
import type { Worker } from '../worker.ts';
import { bury, hear } from '../workers.ts';
import { recordVanished } from './failure-limits.ts';
import { endJob } from '../job-end.ts';
import { isWinner } from '../winner.ts';

/** Heartbeats of its worker that may leave an attempt out. */
const MISSED_HEARTBEATS = 2;
/** Extra heartbeats may overtake the answer that carries the lease; these are not counted. */
const UNNAMED_MS = 1_000;

interface NamedAttempt {
  readonly attempt: AttemptId;
  readonly progress: Progress;
}

/**
 * A heartbeat renews the leases that it names. One that it has left out twice in a row is given up:
 * the worker never heard of it, or has dropped it. What it names but does not hold is cancelled,
 * except what has won: its worker merely has not heard so yet.
 */
export function heartbeat(
  state: SchedulerState,
  worker: Worker,
  named: readonly NamedAttempt[],
  commands: Commands,
): void {
  hear(state, worker);
  for (const attempt of worker.attempts) attempt.missed++;
  for (const { attempt: id, progress } of named) {
    const attempt = heldBy(worker, id);
    if (attempt === undefined || state.outcome !== 'running') {
      if (isWinner(state, worker, id)) continue;
      commands.push({ kind: 'cancelAttempt', worker: worker.incarnation, attempt: id });
      continue;
    }
    attempt.missed = 0;
    attempt.renewedAt = state.now;
    if (grew(attempt.progress, progress)) attempt.progressAt = state.now;
    attempt.progress = progress;
  }
  for (const attempt of worker.attempts) {
    if (attempt.missed < MISSED_HEARTBEATS) continue;
    if (state.now - attempt.renewedAt < UNNAMED_MS) continue;
    cancelLease(state, attempt, commands, 'unnamed');
  }
}

function grew(before: Progress | undefined, now: Progress): boolean {
  return (
    before === undefined ||
    now.records > before.records ||
    now.bytes > before.bytes ||
    now.fetchedBytes > before.fetchedBytes
  );
}

/** When the worker that has been silent longest is given up; undefined where nobody is alive. */
export function nextExpiry(state: SchedulerState): number | undefined {
  const first = state.silence.first;
  return first === undefined ? undefined : expiryOf(state, first.value);
}

/** One formula for when it is due and whether it is: rounded otherwise, ticks would come for ever. */
function expiryOf({ pausedMs, settings }: SchedulerState, worker: Worker): number {
  return worker.heardAt + pausedMs + settings.workerTimeoutMs;
}

/** Gives up the workers that have been silent for too long. */
export function expireWorkers(state: SchedulerState, commands: Commands): void {
  for (let first = state.silence.first; first !== undefined; first = state.silence.first) {
    const worker = first.value;
    if (state.now < expiryOf(state, worker) || state.outcome !== 'running') return;
    if (commands.length >= COMMANDS_A_STEP) {
      state.backlog = true;
      return;
    }
    commands.push({ kind: 'workerLost', worker: worker.incarnation });
    endWorker(state, worker, 'lost', commands);
  }
}

/**
 * A worker has ended: its leases end at once, what it holds is given up by `dissolve`. Only one
 * that vanished unannounced counts against its tasks.
 */
export function endWorker(
  state: SchedulerState,
  worker: Worker,
  as: 'lost' | 'left',
  commands: Commands,
): void {
  endLeases(state, worker, as, commands);
  bury(state, worker, as);
}

/**
 * The worker's machine is known to be gone: lost before its silence tells. The tasks had no part in
 * that, so it does not count against them.
 */
export function loseMachine(state: SchedulerState, worker: Worker, commands: Commands): void {
  commands.push({ kind: 'workerLost', worker: worker.incarnation });
  endLeases(state, worker, 'left', commands);
  bury(state, worker, 'lost');
}

/** Its leases end, with the worker or without it. */
export function endLeases(
  state: SchedulerState,
  worker: Worker,
  as: 'lost' | 'left',
  commands: Commands,
): void {
  for (const attempt of worker.attempts) {
    state.totals.lost++;
    endLease(state, attempt);
    if (as === 'left') continue;
    const { table, index } = attempt;
    const error = recordVanished(table.troubleOf(index), state.settings, worker.incarnation);
    if (error !== undefined && state.outcome === 'running') {
      endJob(state, 'failed');
      commands.push({ kind: 'jobFailed', task: table.taskId(index), error, limit: 'vanished' });
    }
  }
}
