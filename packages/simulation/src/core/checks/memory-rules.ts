import type { Remembered } from '@mapreduce/coordinator';
import type { AttemptId, Incarnation } from '@mapreduce/protocol';
import {
  workerState,
  type SchedulerCommand,
  type SchedulerEvent,
  type SchedulerState,
} from '@mapreduce/scheduler';
import type { History } from './history.ts';

/** Answers that a worker may ask for again. */
const answersEach = 4;
/** A worker is told to stop an attempt until so many of its heartbeats have not named it. */
const silentHeartbeats = 4;

/** What gives the log of completions an event, at once or when a worker that drains has gone. */
const tells: ReadonlySet<SchedulerCommand['kind']> = new Set([
  'mapAvailable',
  'mapLost',
  'mapRerunAhead',
]);

type Limits = readonly (readonly [what: string, size: number, limit: number])[];

/**
 * Holds what one life's coordinator remembers, whenever time goes on, against what it needs: the job's
 * tasks, the workers that have come, and what those that are there have been told and have not done yet.
 */
export class MemoryRules {
  readonly #history: History;
  readonly #registrations: () => number;
  /** Set once the coordinator has begun. */
  remembered: (() => Remembered) | undefined;
  #at = -Infinity;
  #state: SchedulerState | undefined;
  readonly #alive = new Set<Incarnation>();
  /** Outputs that have come and gone, as the log of completions tells them. */
  #told = 0;
  /** By worker and attempt that it is to stop: its heartbeats since that have not named it. */
  readonly #cancelled = new Map<Incarnation, Map<AttemptId, number>>();

  /** `registrations`: how many this coordinator and those before it were sent. */
  constructor(history: History, registrations: () => number) {
    this.#history = history;
    this.#registrations = registrations;
  }

  observe(
    event: SchedulerEvent,
    commands: readonly SchedulerCommand[],
    state: SchedulerState,
  ): void {
    // What belongs to a step is done before time goes on.
    if (event.at > this.#at) this.#check();
    this.#at = event.at;
    this.#state = state;
    this.#follow(state);
    if (event.kind === 'heartbeat') this.#hear(event);
    for (const command of commands) this.#note(command);
  }

  #follow(state: SchedulerState): void {
    this.#alive.clear();
    for (const { incarnation } of state.workers) {
      if (workerState(state, incarnation) === 'alive') this.#alive.add(incarnation);
      else this.#cancelled.delete(incarnation);
    }
  }

  #hear({ worker, attempts }: Extract<SchedulerEvent, { kind: 'heartbeat' }>): void {
    const cancelled = this.#cancelled.get(worker);
    if (cancelled === undefined) return;
    for (const [attempt, silent] of cancelled) {
      if (attempts.some((named) => named.attempt === attempt)) continue;
      if (silent + 1 < silentHeartbeats) cancelled.set(attempt, silent + 1);
      else cancelled.delete(attempt);
    }
  }

  #note(command: SchedulerCommand): void {
    if (tells.has(command.kind)) this.#told += 1;
    if (command.kind !== 'cancelAttempt' || !this.#alive.has(command.worker)) return;
    const cancelled = this.#cancelled.get(command.worker) ?? new Map<AttemptId, number>();
    this.#cancelled.set(command.worker, cancelled.set(command.attempt, 0));
  }

  #check(): void {
    if (this.#state === undefined || this.remembered === undefined) return;
    const remembered = this.remembered();
    const limits = [
      ['workers', this.#state.workers.length, this.#registrations()] as const,
      ...scheduled(this.#state),
      ...this.#kept(remembered),
    ];
    for (const [what, size, limit] of limits) {
      if (size <= limit) continue;
      this.#history.report(`the coordinator remembers ${size} ${what}: ${limit} at most`);
    }
  }

  #kept(remembered: Remembered): Limits {
    const { map } = this.#state?.tasks ?? {};
    const known = this.#state?.workers.length ?? 0;
    let cancellations = 0;
    for (const cancelled of this.#cancelled.values()) cancellations += cancelled.size;
    let madeByAlive = 0;
    for (const worker of this.#history.leased.values()) {
      if (this.#alive.has(worker)) madeByAlive += 1;
    }
    return [
      // One is being registered.
      ['workers with an address', remembered.workers, known + 1],
      ['cancellations', remembered.cancellations, cancellations],
      ['workers that asked for tasks', remembered.counters, this.#alive.size],
      ['answers', remembered.answers, answersEach * this.#alive.size],
      ['events of the log', remembered.events, (map?.size ?? 0) + this.#told],
      ['comparisons', remembered.comparisons, madeByAlive],
    ];
  }
}

function scheduled({
  attempts,
  byIncarnation,
  grants,
  suspicions,
  tasks,
  workers,
}: SchedulerState): Limits {
  return [
    ['incarnations', byIncarnation.size, workers.length],
    ['live attempts', attempts.size, 2 * (1 + tasks.map.size + tasks.reduce.size)],
    ['grants', grants.size, tasks.reduce.size],
    ['suspicions', suspicions.size, tasks.map.size],
  ];
}
