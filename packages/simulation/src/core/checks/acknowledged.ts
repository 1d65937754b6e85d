import { parseAttemptId, type AttemptId } from '@mapreduce/protocol';
import type { SchedulerState } from '@mapreduce/scheduler';
import type { History } from './history.ts';

/** One life of the coordinator, as far as it can have told anybody anything. */
export interface Life {
  readonly name: string;
  /** Undefined before its first step. */
  state: SchedulerState | undefined;
  /** What the life before it had acknowledged, and this one must know when it begins. */
  readonly mustKnow: ReadonlySet<string>;
  readonly before: Life | undefined;
}

/** Tasks that restarts may do again: their results are small, and not journaled one by one. */
const redone = 'sample';

/**
 * What was acknowledged by one life must be known to the next that starts on the same state: every
 * completion that was accepted and not lost since.
 */
export class Acknowledged {
  readonly #history: History;
  readonly #tasks = new Set<string>();

  constructor(history: History) {
    this.#history = history;
  }

  accepted(attempt: AttemptId): void {
    const { kind, index } = parseAttemptId(attempt);
    if (kind !== redone) this.#tasks.add(`${kind} ${index}`);
  }

  /** A life begins, on the state of `before` if it has any. */
  begin(name: string, before: Life | undefined): Life {
    const known = before?.state;
    const mustKnow =
      known === undefined
        ? (before?.mustKnow ?? new Set<string>())
        : new Set([...this.#tasks].filter((task) => isCompleted(known, task)));
    return { name, state: undefined, mustKnow, before };
  }

  /** The life has taken its first step, with what it has read back. */
  began(life: Life, state: SchedulerState): void {
    life.state = state;
    for (const task of life.mustKnow) {
      const sinceLost = life.before?.state && !isCompleted(life.before.state, task);
      if (sinceLost !== true && !isCompleted(state, task)) {
        this.#history.report(`${life.name} has forgotten ${task}, which was acknowledged`);
      }
    }
  }
}

function isCompleted(state: SchedulerState, task: string): boolean {
  const [kind = '', index] = task.split(' ');
  const table = state.tasks[kind as keyof SchedulerState['tasks']];
  return table.has(Number(index)) && table.isCompleted(Number(index));
}
