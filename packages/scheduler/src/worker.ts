import type { Incarnation } from '@mapreduce/protocol';
import type { Attempt } from './attempt.ts';
import { listNode, type ListNode } from './linked-list.ts';

/** One incarnation between its joining and its end. One that comes back gets a new record. */
export class Worker {
  readonly incarnation: Incarnation;
  /** Its place in the table of workers. */
  readonly index: number;
  state: 'alive' | 'lost' | 'left' = 'alive';
  /** It is to leave. */
  draining = false;
  /** Tasks that it can run at once; of a draining worker, those that it still runs. */
  slots: number;
  /** Tasks that it can run at once while it does not drain. */
  ownSlots: number;
  /** Slots that it asked tasks for and still waits to hear of. */
  offered = 0;
  /** What it runs, oldest first: replaced, never changed. */
  attempts: readonly Attempt[] = [];
  tasksCompleted = 0;
  /** It is dead, and another has its directory: it counts only until that one has offered what it held. */
  isReplaced = false;
  /** The dead worker whose outputs this one looks through. */
  predecessor: Worker | undefined;
  /** When it was last heard of, on the lease clock. */
  heardAt = 0;
  /** Until then others are preferred. */
  unfitUntil = 0;
  /** Its place among the live workers, longest silence first. */
  readonly silence: ListNode<Worker>;
  /** Its place among the workers that wait for a task, in the order in which they asked. */
  readonly waiting: ListNode<Worker>;

  constructor(incarnation: Incarnation, index: number, slots: number) {
    this.incarnation = incarnation;
    this.index = index;
    this.slots = slots;
    this.ownSlots = slots;
    this.silence = listNode<Worker>(this);
    this.waiting = listNode<Worker>(this);
  }

  /** An earlier life knew it, and it has not registered in this one. */
  get isExpected(): boolean {
    return this.ownSlots === 0;
  }

  /** How many more tasks it can be given now. */
  get room(): number {
    return Math.min(this.offered, this.slots - this.attempts.length);
  }
}
