import type { AttemptId, Incarnation } from '@mapreduce/protocol';
import {
  outcomeOf,
  workerState,
  type SchedulerCommand,
  type SchedulerEvent,
  type SchedulerState,
} from '@mapreduce/scheduler';
import type { History } from './history.ts';

/** What README and docs promise: so long a worker may be silent, in milliseconds. */
const silenceMs = 10_000;
/** Sums of times come out a little off. */
const roundingMs = 0.001;
/** A loss is noticed by the next tick. */
const tickMs = 1_000;
/** Heartbeats that may leave an attempt out; those within so long of its lease or last naming do not count. */
const unnamed = { heartbeats: 2, withinMs: 1_000 } as const;

/** What tells that a worker is there, or is waited for anew. */
const signs: ReadonlySet<SchedulerEvent['kind']> = new Set([
  'workerJoined',
  'heartbeat',
  'workerReplaced',
]);
/** Losses that are known otherwise than by silence. */
const told: ReadonlySet<SchedulerEvent['kind']> = new Set(['workerGone', 'workerReplaced']);

interface Lease {
  readonly worker: Incarnation;
  /** Heartbeats of its worker in a row that have left it out. */
  missed: number;
  /** When it was leased, or last named. */
  renewedAt: number;
}

/**
 * Holds each step of one life's scheduler against the rules of time, which it measures itself:
 *
 * - nobody is presumed lost who was heard of less than 10 s ago, or whose successor in its directory was;
 * - whoever is silent for longer is lost by the next tick, while the coordinator did not stand still;
 * - a lease that its worker's heartbeats do not name ends with the second, and not with the first.
 */
export class TimeRules {
  readonly #history: History;
  readonly #heardAt = new Map<Incarnation, number>();
  /** By who works in its directory now. */
  readonly #predecessors = new Map<Incarnation, Incarnation>();
  readonly #leases = new Map<AttemptId, Lease>();
  #stoodStillMs = 0;

  constructor(history: History) {
    this.#history = history;
  }

  /** The coordinator's process is stopped for so long. */
  stoodStill(ms: number): void {
    this.#stoodStillMs += ms;
  }

  observe(
    event: SchedulerEvent,
    commands: readonly SchedulerCommand[],
    state: SchedulerState,
  ): void {
    this.#hear(event, state);
    if (event.kind === 'heartbeat') this.#name(event);
    if (outcomeOf(state) !== 'running') return;
    for (const command of commands) this.#check(event, command);
    this.#follow(event.at, state);
    this.#checkSilence(event.at, state);
    if (event.kind === 'heartbeat') this.#checkNamed(event, state);
  }

  #hear(event: SchedulerEvent, state: SchedulerState): void {
    // Whose registration comes after it was replaced, as messages may overtake each other, has no successor.
    const replaces = event.kind === 'workerReplaced' && state.byIncarnation.has(event.worker);
    if (replaces) this.#predecessors.set(event.by, event.worker);
    if (signs.has(event.kind) && 'worker' in event) this.#heardAt.set(event.worker, event.at);
    if (event.kind !== 'outputsHeld') return;
    const predecessor = this.#predecessors.get(event.worker);
    if (predecessor !== undefined) this.#heardAt.set(predecessor, event.at);
  }

  #name({ worker, attempts, at }: Extract<SchedulerEvent, { kind: 'heartbeat' }>): void {
    const named = new Set(attempts.map(({ attempt }) => attempt));
    for (const [attempt, lease] of this.#leases) {
      if (lease.worker !== worker) continue;
      lease.missed = named.has(attempt) ? 0 : lease.missed + 1;
      if (named.has(attempt)) lease.renewedAt = at;
    }
  }

  #check(event: SchedulerEvent, command: SchedulerCommand): void {
    if (command.kind === 'workerLost' && !told.has(event.kind)) {
      const silent = event.at - (this.#heardAt.get(command.worker) ?? -Infinity);
      if (silent < silenceMs - roundingMs) {
        this.#history.report(`${command.worker} is lost after ${silent} ms of silence`);
      }
    }
    if (command.kind === 'cancelAttempt' && command.lost === 'unnamed') {
      const { missed = 0 } = this.#leases.get(command.attempt) ?? {};
      if (missed < unnamed.heartbeats) {
        this.#history.report(`${command.attempt} is given up after ${missed} heartbeats`);
      }
    }
  }

  /** What is leased, and who is known, as of this step. */
  #follow(at: number, state: SchedulerState): void {
    for (const { id, worker } of state.attempts) {
      if (this.#leases.get(id)?.worker === worker.incarnation) continue;
      this.#leases.set(id, { worker: worker.incarnation, missed: 0, renewedAt: at });
    }
    const live = new Set([...state.attempts].map(({ id }) => id));
    for (const id of this.#leases.keys()) if (!live.has(id)) this.#leases.delete(id);
  }

  #checkSilence(at: number, state: SchedulerState): void {
    const longest = silenceMs + tickMs + this.#stoodStillMs;
    for (const worker of state.byIncarnation.keys()) {
      if (workerState(state, worker) !== 'alive') continue;
      const heardAt = this.#heardAt.get(worker);
      if (heardAt === undefined) this.#heardAt.set(worker, at);
      else if (at - heardAt > longest) {
        this.#history.report(`${worker} is not lost after ${at - heardAt} ms of silence`);
      }
    }
  }

  #checkNamed(
    { worker, at }: Extract<SchedulerEvent, { kind: 'heartbeat' }>,
    state: SchedulerState,
  ): void {
    for (const { id, worker: holder } of state.attempts) {
      const lease = this.#leases.get(id);
      if (lease === undefined || holder.incarnation !== worker) continue;
      const { missed, renewedAt } = lease;
      if (missed >= unnamed.heartbeats && at - renewedAt >= unnamed.withinMs) {
        this.#history.report(`${id} is still leased after ${missed} heartbeats without it`);
      }
    }
  }
}
