import { parseAttemptId, type AttemptId } from '@mapreduce/protocol';
import type { SchedulerEvent, SchedulerState } from '@mapreduce/scheduler';
import type { History } from './history.ts';

/** One life of the coordinator, as far as it can have told anybody anything. */
export interface Life {
  readonly name: string;
  /** Undefined before its first step. */
  state: SchedulerState | undefined;
  /** Whether it has heard of a worker: by then it knows all that it is to know. */
  isReady: boolean;
  /** What the life before it had acknowledged, and this one must know when it begins. */
  readonly mustKnow: ReadonlySet<string>;
  readonly before: Life | undefined;
  /** What this life has acknowledged itself. What another did meanwhile binds only in its epoch. */
  readonly acknowledged: Set<string>;
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
 * completion that was accepted and not lost since.
 */
export class Acknowledged {
  readonly #history: History;

  constructor(history: History) {
    this.#history = history;
  }

  accepted(life: Life, attempt: AttemptId): void {
    const { kind, index } = parseAttemptId(attempt);
    if (kind !== redone) life.acknowledged.add(`${kind} ${index}`);
  }

  /** A life begins, on the state of `before` if it has any. */
  begin(name: string, before: Life | undefined): Life {
    const known = before?.isReady === true ? before.state : undefined;
    const told = [...(before?.mustKnow ?? []), ...(before?.acknowledged ?? [])];
    const mustKnow = new Set(
      known === undefined ? told : told.filter((task) => isCompleted(known, task)),
    );
    return { name, state: undefined, isReady: false, mustKnow, before, acknowledged: new Set() };
  }

  /** The life's scheduler has taken a step. */
  step(life: Life, event: SchedulerEvent, state: SchedulerState): void {
    if (life.isReady) return;
    if (life.state === undefined) this.#check(life, state, 'firstStep');
    life.state = state;
    if (event.kind !== 'workerJoined') return;
    life.isReady = true;
    this.#check(life, state, 'firstWorker');
  }

  #check({ before, mustKnow, name }: Life, state: SchedulerState, moment: Moment): void {
    for (const task of mustKnow) {
      if (moments[task.split(' ', 1)[0] ?? ''] !== moment) continue;
      // The life before may have lost a map since this one began; a part is never lost.
      const isMap = moment === 'firstStep';
      const isLost = isMap && before?.state !== undefined && !isCompleted(before.state, task);
      if (!isLost && !isCompleted(state, task)) {
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
