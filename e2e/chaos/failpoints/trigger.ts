import { writeFileSync } from 'node:fs';
import { failpointNamed, type Failpoint } from './table.ts';

/** Kills this process at one crossing. */
export class Trigger {
  readonly failpoint: Failpoint;
  readonly #nth: number;
  readonly #word: string;
  #crossings = 0;

  constructor(failpoint: Failpoint, nth: number, word: string) {
    this.failpoint = failpoint;
    this.#nth = nth;
    this.#word = word;
  }

  /** The one that this process was started with. */
  static fromEnvironment(): Trigger {
    const {
      CHAOS_FAILPOINT: name,
      CHAOS_FAILPOINT_NTH: nth,
      CHAOS_FAILPOINT_WORD: word,
    } = process.env;
    if (name === undefined || nth === undefined || word === undefined) {
      throw new Error('no failpoint is armed');
    }
    return new Trigger(failpointNamed(name), Number(nth), word);
  }

  /**
   * Runs an operation that crosses here.
   * @param half does half of it, where that can be told
   */
  async cross<T>(run: () => Promise<T>, half?: () => Promise<unknown>): Promise<T> {
    this.#crossings += 1;
    if (this.#crossings !== this.#nth) return run();
    if (this.failpoint.when === 'before') this.#die();
    if (this.failpoint.when === 'torn') {
      await half?.();
      this.#die();
    }
    const result = await run();
    this.#die();
    return result;
  }

  #die(): void {
    writeFileSync(this.#word, '');
    process.kill(process.pid, 'SIGKILL');
  }
}
