const SHORT_LIFE_MS = 2_000;
const SHORT_LIVES = 5;

/**
 * Bounds how often one process is started again: it may die all day long, but one that keeps dying
 * as it starts has a fault that another start does not mend.
 */
export class RestartLimit {
  #shortLives = 0;

  /** Whether to start again after a life from `started` to `ended` (milliseconds). */
  allows(started: number, ended: number): boolean {
    this.#shortLives = ended - started < SHORT_LIFE_MS ? this.#shortLives + 1 : 0;
    return this.#shortLives < SHORT_LIVES;
  }
}
