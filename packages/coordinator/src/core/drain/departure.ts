import type { AttemptId, Incarnation } from '@mapreduce/protocol';
import { MoveRate } from './move-rate.ts';
import { moveCost } from './plan-moves.ts';

/** To begin, in milliseconds; the receiver may have others to take over first. */
const patienceMs = 10_000;
/** A receiver that is slower than that, in cost a millisecond, is given up. */
const slowest = 2 ** 20 / 1_000;

/** A machine that is still there so long after the time that was said, and is not spoken of again, stays. */
const staysAfterMs = 10_000;

/** One output on its way to another worker. */
export interface Move {
  readonly map: number;
  readonly attempt: AttemptId;
  readonly bytes: number;
  readonly receiver: Incarnation;
  readonly since: number;
}

/** Who says that it leaves: itself, who watches its machine, or who wants fewer workers. */
export type DepartureCause = 'worker' | 'machine' | 'scale';

/** What becomes of one worker's outputs while it leaves. */
export class Departure {
  readonly worker: Incarnation;
  /** When it goes, on the coordinator's clock. */
  deadline: number;
  /** When what was said of its machine has not come true: never where it says itself that it leaves. */
  #staysAt = -Infinity;
  readonly rate: MoveRate;
  readonly moves = new Map<number, Move>();
  /** Outputs that it serves until their maps have run again. */
  readonly serves = new Map<number, AttemptId>();
  moved = 0;
  reruns = 0;
  readonly #failed = new Set<string>();

  constructor(worker: Incarnation, by: DepartureCause, deadline: number, now: number) {
    this.worker = worker;
    this.deadline = deadline;
    this.rate = new MoveRate(now);
    this.hear(by, deadline);
  }

  /** It is said, again or for another reason. */
  hear(by: DepartureCause, deadline: number): void {
    if (by === 'worker') this.#staysAt = Infinity;
    if (by === 'machine') this.#staysAt = Math.max(this.#staysAt, deadline + staysAfterMs);
  }

  /** It is to leave so that fewer workers stay, and for no other reason. */
  get isSpare(): boolean {
    return this.#staysAt === -Infinity;
  }

  /** Whether its machine was to go, and did not: the word of that came late, or was taken back. */
  hasStayed(now: number): boolean {
    return !this.isSpare && now >= this.#staysAt;
  }

  begin(move: Move): void {
    this.moves.set(move.map, move);
  }

  /** The output is where it was to go, or elsewhere. */
  end(move: Move, isMoved: boolean): void {
    this.moves.delete(move.map);
    if (!isMoved) return;
    this.moved += 1;
    this.rate.moved(moveCost(move.bytes));
  }

  /** The receiver has not taken the output over; it is not asked again. */
  fail(move: Move): void {
    this.moves.delete(move.map);
    this.#failed.add(`${move.map} ${move.receiver}`);
  }

  hasFailed(map: number, receiver: Incarnation): boolean {
    return this.#failed.has(`${map} ${receiver}`);
  }

  /** Whether the receiver has had more time than it needs. */
  isLate({ bytes, since }: Move, now: number): boolean {
    return now - since > patienceMs + moveCost(bytes) / slowest;
  }

  /** Takes note of what is under way. */
  observe(now: number): void {
    let cost = 0;
    for (const { bytes } of this.moves.values()) cost += moveCost(bytes);
    this.rate.observe(now, cost);
  }
}
