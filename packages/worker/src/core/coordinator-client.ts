import {
  ServiceError,
  type BulkRouteName,
  type RequestOf,
  type ResponseOf,
  type RouteName,
} from '@mapreduce/protocol';
import {
  sleep,
  TransportError,
  type BulkRequest,
  type ByteStream,
  type CallOptions,
} from '@mapreduce/service';
import { CoordinatorLostError } from './errors.ts';
import type { WorkerPorts } from './ports.ts';
import { throwIfAborted } from './wait.ts';

/** A worker whose coordinator cannot be reached for so long gives up (exit code 5), unless told otherwise. */
export const coordinatorLostMs = 60_000;
/** One that is to leave waits no longer than that for somebody to tell who takes what it holds. */
export const leavingLostMs = 30_000;

const firstDelayMs = 25;
const longestDelayMs = 2_000;

/** Errors of a coordinator that may be over at the next try. */
const passing: ReadonlySet<string> = new Set(['INTERNAL', 'NOT_READY', 'TOO_MANY_REQUESTS']);

interface Wanted {
  /** Bounds one try. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Calls the coordinator until it answers: broken connections and passing errors are tried again
 * with growing, jittered delays. Every route is idempotent, so a repeat is harmless.
 */
export class CoordinatorClient {
  readonly #ports: Pick<WorkerPorts, 'clock' | 'random' | 'transport' | 'log'>;
  readonly #address: string;
  readonly #lostMs: () => number;

  constructor(
    ports: Pick<WorkerPorts, 'clock' | 'random' | 'transport' | 'log'>,
    address: string,
    lostMs: () => number = () => coordinatorLostMs,
  ) {
    this.#ports = ports;
    this.#address = address;
    this.#lostMs = lostMs;
  }

  /** When a coordinator that does not answer is given up. */
  get lostMs(): number {
    return this.#lostMs();
  }

  /**
   * `request` is asked for at each try. Throws `ServiceError` where the coordinator refuses,
   * `CancelledError` once the signal aborts, `CoordinatorLostError` after too long a time of
   * failed tries.
   */
  call<R extends RouteName>(
    route: R,
    request: () => RequestOf<R>,
    wanted: Wanted,
  ): Promise<ResponseOf<R>> {
    return this.#persist(route, wanted, (options) =>
      this.#ports.transport.call(this.#address, route, request(), options),
    );
  }

  /** The same for a bulk route; `use` consumes the answer, anew at each try. */
  bulk<T>(
    route: BulkRouteName,
    request: () => BulkRequest,
    use: (answer: ByteStream) => Promise<T>,
    wanted: Wanted,
  ): Promise<T> {
    return this.#persist(route, wanted, async (options) =>
      use(await this.#ports.transport.bulk(this.#address, route, request(), options)),
    );
  }

  async #persist<T>(
    route: string,
    { timeoutMs, signal }: Wanted,
    attempt: (options: CallOptions) => Promise<T>,
  ): Promise<T> {
    const { clock, random, log } = this.#ports;
    let failingSince: number | undefined;
    for (let delay = firstDelayMs; ; delay = Math.min(delay * 2, longestDelayMs)) {
      throwIfAborted(signal);
      try {
        return await attempt({ timeoutMs, signal });
      } catch (error) {
        throwIfAborted(signal);
        const mayPass =
          error instanceof TransportError ||
          (error instanceof ServiceError && passing.has(error.code));
        if (!mayPass) throw error;
        failingSince ??= clock.now();
        if (clock.now() - failingSince >= this.lostMs) {
          throw new CoordinatorLostError(
            `the coordinator at ${this.#address} has not answered for ${this.lostMs / 1_000} s: ${error.message}`,
          );
        }
        log.debug('coordinator did not answer; trying again', { route, error: error.message });
      }
      await sleep(clock, delay * (0.5 + random.float() / 2), signal);
    }
  }
}
