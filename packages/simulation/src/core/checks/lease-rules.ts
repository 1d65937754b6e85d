import type { AttemptId, Incarnation } from '@mapreduce/protocol';
import {
  workerState,
  type SchedulerCommand,
  type SchedulerEvent,
  type SchedulerState,
} from '@mapreduce/scheduler';
import type { History } from './history.ts';

type Command<K extends SchedulerCommand['kind']> = Extract<SchedulerCommand, { kind: K }>;

/**
 * Holds each step of one life's scheduler against the rules of leases:
 *
 * - an attempt is leased once, ever, and to a worker that is alive;
 * - a task that is completed is not leased, and a committed part stays committed;
 * - a task has one live attempt, and at most one backup on another worker;
 * - a completion counts only if it comes from the worker that holds the lease;
 * - one attempt of a part holds the grant, and it is one that holds a lease;
 * - the output of a map goes only with a `mapLost` or a `mapRerunAhead`, and no worker has more than its slots.
 */
export class LeaseRules {
  readonly #history: History;
  /** Leases before the step. */
  #held = new Map<AttemptId, Incarnation>();
  readonly #committed = new Set<number>();
  #maps: boolean[] = [];

  constructor(history: History) {
    this.#history = history;
  }

  observe(
    event: SchedulerEvent,
    commands: readonly SchedulerCommand[],
    state: SchedulerState,
  ): void {
    for (const command of commands) this.#check(event, command, state);
    if (event.kind === 'reducesRedone') this.#history.redone += 1;
    if (commands.length > 0) {
      this.#checkLive(state);
      this.#checkCompleted(commands, state);
    }
    this.#held = new Map([...state.attempts].map(({ id, worker }) => [id, worker.incarnation]));
  }

  #check(event: SchedulerEvent, command: SchedulerCommand, state: SchedulerState): void {
    if (command.kind === 'lease') this.#lease(command, state);
    else if (command.kind === 'mapAvailable') this.#mapAvailable(event, command, state);
    else if (command.kind === 'grant') this.#grant(command, state);
  }

  #lease({ attempt, worker, task, backup }: Command<'lease'>, state: SchedulerState): void {
    const { kind, index } = task;
    const history = this.#history;
    if (history.leased.has(attempt)) history.report(`${attempt} is leased twice`);
    history.leased.set(attempt, worker);
    history.countLease(kind, index);
    if (workerState(state, worker) !== 'alive') {
      history.report(`${attempt} is leased to ${worker}, which is not alive`);
    }
    const table = state.tasks[kind];
    if (table.isCompleted(index)) history.report(`${attempt} is leased: ${kind} ${index} is done`);
    if (backup && !state.backupTasks) history.report(`${attempt} is a backup nobody asked for`);
    if (!backup && table.attempts(index).length > 1) {
      history.report(`${attempt} runs beside another, and is no backup`);
    }
  }

  #mapAvailable(
    event: SchedulerEvent,
    { map, attempt, holder }: Command<'mapAvailable'>,
    state: SchedulerState,
  ): void {
    if (event.kind === 'mapCompleted') {
      const worker = this.#held.get(attempt);
      if (event.attempt !== attempt || event.worker !== worker || holder !== worker) {
        this.#history.report(`map ${map} was completed by ${attempt}, which holds no lease`);
      }
    }
    if (workerState(state, holder) !== 'alive') {
      this.#history.report(`map ${map} is held by ${holder}, which is not alive`);
    }
  }

  #grant({ attempt, worker, grant }: Command<'grant'>, state: SchedulerState): void {
    if (grant !== 'granted') return;
    const lease = [...state.attempts].find(({ id }) => id === attempt);
    if (lease?.worker.incarnation !== worker) {
      this.#history.report(`${attempt} is granted the commit, and holds no lease`);
    } else if (state.grants.get(lease.index)?.id !== attempt) {
      this.#history.report(`${attempt} is granted the commit beside another`);
    }
  }

  #checkLive(state: SchedulerState): void {
    for (const { id, table, index, worker } of state.attempts) {
      if (worker.state !== 'alive') this.#history.report(`${id} is held by the dead`);
      if (worker.attempts.length > worker.slots) {
        this.#history.report(`${worker.incarnation} runs more than its slots`);
      }
      const beside = table.attempts(index);
      const workers = new Set(beside.map((attempt) => attempt.worker));
      if (beside.length > 2 || workers.size < beside.length) {
        this.#history.report(`${id} runs beside ${beside.length - 1} others, or twice on a worker`);
      }
    }
  }

  #checkCompleted(commands: readonly SchedulerCommand[], state: SchedulerState): void {
    const { map, reduce } = state.tasks;
    for (const partition of this.#committed) {
      if (!reduce.isCompleted(partition)) {
        this.#history.report(`part ${partition} is no longer committed`);
      }
    }
    for (let index = 0; index < reduce.size; index += 1) {
      if (reduce.isCompleted(index)) this.#committed.add(index);
    }
    const before = this.#maps;
    this.#maps = Array.from({ length: map.size }, (_, index) => map.isCompleted(index));
    for (const [index, was] of before.entries()) {
      if (!was || map.isCompleted(index)) continue;
      const told = commands.some(
        ({ kind, ...of }) =>
          (kind === 'mapLost' || kind === 'mapRerunAhead') && 'map' in of && of.map === index,
      );
      if (!told) this.#history.report(`map ${index} was lost, and nobody was told`);
    }
  }
}
