import {
  parseAttemptId,
  type AttemptId,
  type Incarnation,
  type JobStatus,
} from '@mapreduce/protocol';
import {
  mapsHeldBy,
  outcomeOf,
  type SchedulerCommand,
  type SchedulerEvent,
  type SchedulerState,
} from '@mapreduce/scheduler';
import type { History } from './history.ts';

/** One life of the coordinator, as far as it can have told anybody anything. */
export interface Life {
  readonly name: string;
  /** The one whose journal it goes on from. */
  before: Life | undefined;
  /**
   * Tasks that some life has acknowledged, and none has lost since, as far as that binds this one:
   * what another does beside it binds in its own epoch alone.
   */
  readonly known: Set<string>;
  /** What it must know when it begins. */
  mustKnow: ReadonlySet<string>;
  /** By map: the worker whose word that it has taken the output over was acknowledged. */
  readonly holders: Map<number, Incarnation>;
  mustHold: ReadonlyMap<number, Incarnation>;
  /** Attempts whose comparison was acknowledged. */
  readonly audited: Set<AttemptId>;
  /**
   * Workers or who cancelled have heard that the job has ended: whether it may have succeeded. Nothing where
   * nobody has.
   */
  end: { readonly mayHaveSucceeded: boolean } | undefined;
  /** Undefined before its first step. */
  state: SchedulerState | undefined;
  /** Whether it has heard of a worker: by then it knows all that it is to know. */
  isReady: boolean;
}

/** Tasks that restarts may do again: their results are small, and not journaled one by one. */
const redone = 'sample';

/** When a life must know what: parts are known once the output's commit records are read. */
type Moment = 'firstStep' | 'firstWorker';
const moments: Readonly<Record<string, Moment>> = {
  describe: 'firstStep',
  map: 'firstStep',
  reduce: 'firstWorker',
};

/**
 * What was acknowledged by one life must be known to the next that starts on the same state: every
 * completion that was accepted and not lost since, who took over an output, what was compared, and the
 * job's end.
 */
export class Acknowledged {
  readonly #history: History;

  constructor(history: History) {
    this.#history = history;
  }

  accepted(life: Life, attempt: AttemptId): void {
    const { kind, index } = parseAttemptId(attempt);
    const task = `${kind} ${index}`;
    // It may have been lost while the journal was being written.
    const isKept = life.state !== undefined && isCompleted(life.state, task);
    if (kind !== redone && isKept) life.known.add(task);
  }

  /** A worker has said that it holds these outputs. */
  held(life: Life, worker: Incarnation, maps: readonly number[]): void {
    if (life.state === undefined) return;
    const held = new Set(mapsHeldBy(life.state, worker));
    for (const map of maps) if (held.has(map)) life.holders.set(map, worker);
  }

  /** A comparison was acknowledged; `known`: what the life lists of them. */
  compared(life: Life, attempt: AttemptId, known: readonly AttemptId[]): void {
    if (known.includes(attempt)) life.audited.add(attempt);
  }

  /** The life lists these comparisons, and all that there are. */
  lists(life: Life, known: readonly AttemptId[]): void {
    for (const attempt of life.audited) {
      if (known.includes(attempt)) continue;
      this.#history.report(`${life.name} has forgotten that ${attempt} was compared`);
    }
  }

  /** Somebody was told that the job has ended. */
  ended(life: Life, mayHaveSucceeded: boolean): void {
    life.end ??= { mayHaveSucceeded };
  }

  /** The life says how the job has ended. */
  told(life: Life, state: JobStatus['state']): void {
    if (state === 'succeeded' && life.end?.mayHaveSucceeded === false) {
      this.#history.report(`${life.name} says that the job has succeeded, which had ended before`);
    }
  }

  /** A process starts that is to be a life. */
  boot(name: string): Life {
    const nothing = new Set<string>();
    const unknown = { before: undefined, end: undefined, state: undefined, isReady: false };
    const known = { known: new Set<string>(), holders: new Map(), audited: new Set<AttemptId>() };
    return { name, ...known, mustKnow: nothing, mustHold: new Map(), ...unknown };
  }

  /** It begins its journal after that of `before`: what that one does from now on binds nobody. */
  succeed(life: Life, before: Life | undefined): void {
    life.before = before;
    life.end = before?.end;
    life.mustKnow = new Set(before?.known);
    for (const task of life.mustKnow) life.known.add(task);
    life.mustHold = new Map(before?.holders);
    for (const [map, holder] of life.mustHold) life.holders.set(map, holder);
    for (const attempt of before?.audited ?? []) life.audited.add(attempt);
  }

  /** The life's scheduler has taken a step. */
  step(
    life: Life,
    event: SchedulerEvent,
    commands: readonly SchedulerCommand[],
    state: SchedulerState,
  ): void {
    if (event.kind === 'restored') this.#checkHolders(life, event);
    if (!life.isReady) {
      if (life.state === undefined) this.#check(life, state, 'firstStep');
      life.state = state;
      life.isReady = event.kind === 'workerJoined';
      if (life.isReady) this.#check(life, state, 'firstWorker');
    }
    for (const command of commands) {
      if (command.kind === 'lease' && life.end !== undefined) {
        this.#history.report(`${life.name} goes on with a job that was said to have ended`);
      }
      if (command.kind === 'mapLost' && event.kind === 'outputsHeld') {
        this.#history.report(
          `${life.name} gives up map ${command.map} for what ${event.worker} holds`,
        );
      }
      // A map that runs again ahead of its holder's leave is given up, though it is served until then.
      if (command.kind === 'mapLost' || command.kind === 'mapRerunAhead') {
        life.known.delete(`map ${command.map}`);
        life.holders.delete(command.map);
      }
      // Nobody was told yet.
      if (command.kind === 'mapAvailable') life.holders.delete(command.map);
    }
  }

  #checkHolders(
    { before, mustHold, name }: Life,
    { outputs }: Extract<SchedulerEvent, { kind: 'restored' }>,
  ): void {
    const restored = new Map([...outputs].map((output) => [output.map, output]));
    for (const [map, holder] of mustHold) {
      if (before?.holders.get(map) !== holder) continue;
      const found = restored.get(map);
      if (found?.holder !== holder || found.isLost) {
        this.#history.report(`${name} has forgotten that ${holder} holds map ${map}`);
      }
    }
  }

  #check({ before, mustKnow, name }: Life, state: SchedulerState, moment: Moment): void {
    // What it found may have failed the job already.
    if (['failed', 'cancelled'].includes(outcomeOf(state))) return;
    for (const task of mustKnow) {
      if (moments[task.split(' ', 1)[0] ?? ''] !== moment) continue;
      // The life before may have lost it since this one began.
      if (before?.known.has(task) === true && !isCompleted(state, task)) {
        this.#history.report(`${name} has forgotten ${task}, which was acknowledged`);
      }
    }
  }
}

function isCompleted(state: SchedulerState, task: string): boolean {
  const [kind = '', index] = task.split(' ');
  const table = state.tasks[kind as keyof SchedulerState['tasks']];
  return table.has(Number(index)) && table.isCompleted(Number(index));
}
