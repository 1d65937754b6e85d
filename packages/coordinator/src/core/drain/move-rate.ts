/** Cost a second until something is measured: a modest disk and network. */
const assumedRate = 25 * 2 ** 20;
/** Less time says little, in milliseconds. */
const shortestMs = 2_000;

/** How fast one worker is relieved of its outputs, in the cost of moves (`moveCost`). */
export class MoveRate {
  /** Time in which anything was under way, in milliseconds. */
  #busyMs = 0;
  #moved = 0;
  #lastAt: number;
  #inFlight = 0;

  constructor(now: number) {
    this.#lastAt = now;
  }

  /** Moves of that cost have ended well. */
  moved(cost: number): void {
    this.#moved += cost;
  }

  /** Moves of that cost are under way from now on. */
  observe(now: number, inFlight: number): void {
    if (this.#inFlight > 0) this.#busyMs += now - this.#lastAt;
    this.#lastAt = now;
    this.#inFlight = inFlight;
  }

  /** The cost of what can be moved in the time left, beyond what is under way; half of that is done. */
  budget(leftMs: number): number {
    const isKnown = this.#busyMs >= shortestMs;
    const perMs = isKnown ? (this.#moved + this.#inFlight / 2) / this.#busyMs : assumedRate / 1_000;
    return perMs * Math.max(0, leftMs) - this.#inFlight;
  }
}
