import type { FetchFailureRequest } from '@mapreduce/protocol';
import type { Attempt } from '../attempts/attempt.ts';
import type { Worker } from '../worker.ts';
import type { MapOutput } from './completion-log.ts';

/** Before the refetch from a holder that did not answer: the log may name another by then. */
const refetchMs = 200;
/** After the map was blamed and the log still names the same output: how long until it is tried. */
const blamedMs = 1_000;

interface Failure {
  /** The very entry of the log that could not be fetched; a newer one begins with a clean slate. */
  readonly output: MapOutput;
  readonly retryAt: number;
}

/**
 * What could not be fetched. A first failure leads to a refetch, at a new place if the log has one
 * by then; a second one blames the map, whose successor is then waited for.
 */
export class FetchFailures {
  readonly #worker: Worker;
  readonly #attempt: Attempt;
  readonly #failures = new Map<number, Failure>();

  constructor(worker: Worker, attempt: Attempt) {
    this.#worker = worker;
    this.#attempt = attempt;
  }

  /** Whether the map's output is to be fetched (again) now. */
  isDue(map: number, output: MapOutput): boolean {
    const failure = this.#failures.get(map);
    if (failure?.output !== output) return true;
    return this.#worker.ports.clock.now() >= failure.retryAt;
  }

  async add(
    map: number,
    output: MapOutput,
    reason: FetchFailureRequest['reason'],
    message: string,
  ): Promise<void> {
    const { clock, log } = this.#worker.ports;
    const isFirst = this.#failures.get(map)?.output !== output;
    const pauseMs = isFirst ? (reason === 'unreachable' ? refetchMs : 0) : blamedMs;
    this.#failures.set(map, { output, retryAt: clock.now() + pauseMs });
    this.#worker.link.hurry();
    if (isFirst) return;
    log.warn('fetch failed', { map, attempt: output.attempt, reason, message });
    const failure = {
      attempt: this.#attempt.id,
      map,
      mapAttempt: output.attempt,
      holder: output.holder.incarnation,
      reason,
      message: message.slice(0, 4_096),
    };
    await this.#worker.link.call('fetchFailed', () => failure, this.#attempt.signal);
  }
}
