import type { TaskId, TaskKind } from '@mapreduce/protocol';
import type { Attempt } from './attempt.ts';
import { DurationHistogram } from './duration-histogram.ts';
import { SparseArray } from './sparse-array.ts';
import { TaskQueue } from './task-queue.ts';

/** Waits in the queue for a worker. */
const IDLE = 0;
/** At least one attempt holds a lease. */
const IN_PROGRESS = 1;
/** An attempt has won. A map goes back to idle if its output is lost; other kinds never do. */
const COMPLETED = 2;

/** The attempt that completed a task: its number, and that of its epoch in the book. */
export interface Winner {
  readonly epoch: number;
  readonly number: number;
}

/** In place of a winner's number: the task has never completed. */
const NEVER = -2;

/** What went wrong with one task. Few tasks have any. */
export interface Trouble {
  /** Failures that count, and among them those of its input. */
  failures: number;
  inputFailures: number;
  /** Workers that vanished under it. */
  vanished: number;
  /** Indices of the workers that it failed on, each once. */
  readonly failedOn: number[];
  /** Indices of the workers to spare it: it failed there, or its output could not be had there. */
  readonly avoid: number[];
  avoidUntil: number;
  /** Indices of the workers that could not reach the holder of an output of this map, each once. */
  readonly missedBy: number[];
  /** Not leased again before, where there is no worker that it did not fail on. */
  restUntil: number;
}

/**
 * All tasks of one kind: a few typed arrays, so that 200,000 maps cost about 4 MB. What they begin
 * with is zero, which costs no time when they are made.
 */
export class TaskTable {
  readonly kind: TaskKind;
  readonly size: number;
  readonly durations = new DurationHistogram();
  readonly queue: TaskQueue;
  idle: number;
  inProgress = 0;
  completed = 0;
  /** Tasks that have completed at least once. */
  everCompleted = 0;
  readonly #states: Uint8Array;
  readonly #started: Uint32Array;
  /** Winners' numbers, less `NEVER`. */
  readonly #winner: Int32Array;
  readonly #winnerEpoch: Uint16Array;
  /** One more than the holder's index. */
  readonly #holder: Int32Array;
  /** Live attempts by task; the second only beside a first. */
  readonly #primary: SparseArray<Attempt>;
  readonly #second = new Map<number, Attempt>();
  readonly #troubles = new Map<number, Trouble>();

  constructor(kind: TaskKind, size: number) {
    this.kind = kind;
    this.size = size;
    this.idle = size;
    this.#states = new Uint8Array(size);
    this.#primary = new SparseArray(size);
    this.#started = new Uint32Array(size);
    this.#winner = new Int32Array(size);
    this.#winnerEpoch = new Uint16Array(size);
    this.#holder = new Int32Array(size);
    this.queue = new TaskQueue(size, (index) => this.isIdle(index));
  }

  taskId(index: number): TaskId {
    return { kind: this.kind, index };
  }

  has(index: number): boolean {
    return Number.isInteger(index) && index >= 0 && index < this.size;
  }

  isIdle(index: number): boolean {
    return this.#states[index] === IDLE;
  }

  isCompleted(index: number): boolean {
    return this.#states[index] === COMPLETED;
  }

  /** `i`, `p` or `c`. */
  letter(index: number): string {
    return 'ipc'.charAt(this.#states[index] ?? IDLE);
  }

  /** The number of the attempt that last won; negative where nobody knows, or none has. */
  winner(index: number): number {
    return (this.#winner[index] ?? 0) + NEVER;
  }

  /** The number of that attempt's epoch in the book. */
  winnerEpoch(index: number): number {
    return this.#winnerEpoch[index] ?? 0;
  }

  /** The index of the worker where the winner ran; -1 where nobody knows. */
  holder(index: number): number {
    return (this.#holder[index] ?? 0) - 1;
  }

  /** Its live attempts: none, one, or one and its backup. */
  attempts(index: number): Attempt[] {
    const attempts: Attempt[] = [];
    const primary = this.#primary.get(index);
    const second = this.#second.get(index);
    if (primary !== undefined) attempts.push(primary);
    if (second !== undefined) attempts.push(second);
    return attempts;
  }

  hasBackup(index: number): boolean {
    return this.#second.has(index);
  }

  trouble(index: number): Trouble | undefined {
    return this.#troubles.get(index);
  }

  troubleOf(index: number): Trouble {
    let trouble = this.#troubles.get(index);
    if (trouble === undefined) {
      const lists = { failedOn: [], avoid: [], missedBy: [], avoidUntil: 0, restUntil: 0 };
      trouble = { failures: 0, inputFailures: 0, vanished: 0, ...lists };
      this.#troubles.set(index, trouble);
    }
    return trouble;
  }

  /** The next attempt's number. */
  nextNumber(index: number): number {
    const number = this.#started[index] ?? 0;
    this.#started[index] = number + 1;
    return number;
  }

  /** An attempt begins: of a task taken from the queue, or as the backup of a running one. */
  open(attempt: Attempt): void {
    const { index } = attempt;
    const live = this.#primary.get(index) === undefined ? this.#primary : this.#second;
    live.set(index, attempt);
    this.#become(index, IN_PROGRESS);
  }

  /** An attempt ends. If it was the last of a task not completed, the task goes back to idle. */
  close(attempt: Attempt): void {
    const { index } = attempt;
    const second = this.#second.get(index);
    this.#second.delete(index);
    if (second !== attempt) {
      if (second === undefined) this.#primary.delete(index);
      else this.#primary.set(index, second);
    }
    if (this.#states[index] !== IN_PROGRESS) return;
    if (this.#primary.get(index) === undefined) this.#putBack(index);
  }

  /** The task has a winner (see `winner` and `holder` for what -1 means). */
  complete(index: number, { epoch, number }: Winner, holder: number): void {
    if (this.isIdle(index)) this.queue.drop(index);
    this.#become(index, COMPLETED);
    if (this.winner(index) === NEVER) this.everCompleted++;
    this.#winner[index] = number - NEVER;
    this.#winnerEpoch[index] = epoch;
    this.#holder[index] = holder + 1;
  }

  /** Another worker serves what the winner made. */
  move(index: number, holder: number): void {
    this.#holder[index] = holder + 1;
  }

  /** What the winner made is gone: the task goes back to idle. */
  lose(index: number): void {
    this.#putBack(index);
  }

  #putBack(index: number): void {
    this.#become(index, IDLE);
    this.queue.putBack(index, (this.#troubles.get(index)?.avoid.length ?? 0) > 0);
  }

  #become(index: number, state: number): void {
    this.#count(this.#states[index] ?? IDLE, -1);
    this.#states[index] = state;
    this.#count(state, 1);
  }

  #count(state: number, by: number): void {
    if (state === IDLE) this.idle += by;
    else if (state === IN_PROGRESS) this.inProgress += by;
    else this.completed += by;
  }
}
