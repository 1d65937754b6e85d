import type { Attempt } from '../attempt.ts';
import { hasIdleTasks } from '../assign.ts';
import { openLease } from '../leases.ts';
import type { Commands, SchedulerState } from '../state.ts';
import type { TaskTable } from '../task-table.ts';
import type { Worker } from '../worker.ts';
import { offer } from '../workers.ts';
import { isWaiting } from './preempt-reduce.ts';

/** Share of all slots that backups may take, and how many they may take in any case. */
const SHARE = 0.1;
const AT_LEAST = 1;
/** No attempt younger than that gets a backup, in milliseconds: short tasks are not worth one. */
const MIN_AGE_MS = 5_000;
/** A backup must be expected to end in less than half the time that the attempt has left. */
const WORTH = 2;
/** Backups that one step starts at most. */
const BACKUPS = 64;

/**
 * Near a phase's end, when slots are free and no task is idle, the attempts that are expected to
 * end last get a backup attempt on another worker. The time that an attempt has left is estimated
 * from its own rate of progress, as in LATE (Zaharia et al., OSDI 2008), and compared with the
 * median duration of the tasks of its kind that have completed. One backup a task; a tenth of the
 * slots at most.
 *
 * Called at a tick, after idle tasks were leased.
 */
export function startBackups(state: SchedulerState, commands: Commands): void {
  if (!state.backupTasks || state.waiting.first === undefined || hasIdleTasks(state)) return;
  if (state.phase !== 'map' && state.phase !== 'reduce') return;
  const room = Math.max(AT_LEAST, Math.floor(state.aliveSlots * SHARE)) - state.liveBackups;
  if (room <= 0) return;
  for (const straggler of stragglers(state, Math.min(room, BACKUPS))) {
    const worker = otherWorker(state, straggler);
    if (worker === undefined) continue;
    openLease(state, straggler.table, straggler.index, worker, commands);
    offer(state, worker, 0);
  }
}

/** The attempts most worth a backup, worst first. */
function stragglers(state: SchedulerState, count: number): Attempt[] {
  const worst: { attempt: Attempt; left: number }[] = [];
  for (const attempt of state.attempts) {
    const left = worthBackup(state, attempt);
    if (left === undefined) continue;
    const before = worst.findIndex((other) => left > other.left);
    worst.splice(before === -1 ? worst.length : before, 0, { attempt, left });
    if (worst.length > count) worst.pop();
  }
  return worst.map(({ attempt }) => attempt);
}

/** The milliseconds that the attempt has left, if a backup would be worth while. */
function worthBackup(state: SchedulerState, attempt: Attempt): number | undefined {
  const { table, index } = attempt;
  if (table.kind !== 'map' && table.kind !== 'reduce') return undefined;
  const age = state.now - attempt.leasedAt;
  const median = table.durations.median();
  if (age < MIN_AGE_MS || median === undefined || table.hasBackup(index)) return undefined;
  if (table.kind === 'reduce' && waitsForMap(state, attempt)) return undefined;
  const left = timeLeft(attempt, age);
  return left > WORTH * median && age > median / WORTH ? left : undefined;
}

/** A backup would wait for the same lost map. */
function waitsForMap(state: SchedulerState, attempt: Attempt): boolean {
  return state.tasks.map.completed < state.tasks.map.size && isWaiting(attempt, state);
}

/** From its rate so far; as long again as it has taken, where that is unknown. */
export function timeLeft({ progress }: Pick<Attempt, 'progress'>, age: number): number {
  if (progress === undefined || progress.totalBytes === 0 || progress.bytes === 0) return age;
  const done = Math.min(1, progress.bytes / progress.totalBytes);
  return (age * (1 - done)) / done;
}

function otherWorker(state: SchedulerState, straggler: Attempt): Worker | undefined {
  const avoided = avoidedBy(straggler.table, straggler.index);
  for (const worker of state.waiting) {
    if (worker !== straggler.worker && !avoided.includes(worker.index)) return worker;
  }
  return undefined;
}

function avoidedBy(table: TaskTable, index: number): readonly number[] {
  return table.trouble(index)?.avoid ?? [];
}
