import type { Split } from '@mapreduce/protocol';
import { ServiceError } from '@mapreduce/protocol/plain';
import {
  sleep,
  TransportError,
  type ByteStream,
  type Clock,
  type Transport,
} from '@mapreduce/service';
import { inputChanged } from './file-source.ts';
import { InputError } from './range-source.ts';
import { StreamSource, type InputStream, type RemoteInput } from './stream-source.ts';

const timeoutMs = 30_000;
/** A coordinator that is away may be starting again: it is asked for so long, as by its workers. */
const patienceMs = 60_000;
/** Between two tries, growing. */
const delayMs = { first: 50, longest: 2_000 } as const;
/** Refusals that mean no more than that it is not ready. */
const passing: ReadonlySet<string> = new Set(['INTERNAL', 'NOT_READY', 'TOO_MANY_REQUESTS']);

export interface ServingCoordinator {
  readonly transport: Transport;
  readonly clock: Clock;
  /** The coordinator's address. */
  readonly coordinator: string;
}

/**
 * An input that the coordinator serves by range. Reading rejects with `TransportError` where the
 * coordinator stays away: that is no fault of the input.
 */
export function coordinatorSource(
  serving: ServingCoordinator,
  input: number,
  split: Split,
): StreamSource {
  return new StreamSource(new ServedInput(serving, input, split));
}

class ServedInput implements RemoteInput {
  readonly #serving: ServingCoordinator;
  readonly #input: number;
  readonly #split: Split;
  /** When the connections that broke in a row began to. */
  #failingSince = 0;

  constructor(serving: ServingCoordinator, input: number, split: Split) {
    this.#serving = serving;
    this.#input = input;
    this.#split = split;
  }

  get name(): string {
    return this.#split.name;
  }

  get size(): number {
    return this.#split.size;
  }

  async request(start: number, end: number): Promise<InputStream> {
    const aborted = new AbortController();
    const { chunks } = await this.#ask(start, end, aborted.signal);
    return { start, chunks, cancel: () => aborted.abort() };
  }

  async checkUnchanged(): Promise<void> {
    for (let breaks = 0; ;) {
      try {
        const { chunks } = await this.#ask(0, 0);
        // Empty, but the connection is only free for others at its end.
        await chunks[Symbol.asyncIterator]().next();
        return;
      } catch (error) {
        if (!(error instanceof TransportError)) throw error;
        await this.retry(++breaks, error);
      }
    }
  }

  async retry(breaks: number, error: TransportError): Promise<void> {
    const { clock } = this.#serving;
    if (breaks === 1) this.#failingSince = clock.now();
    else if (clock.now() - this.#failingSince >= patienceMs) {
      throw new TransportError(
        `input ${this.name}: the coordinator has not answered for ${patienceMs / 1_000} s: ${error.message}`,
      );
    }
    await sleep(clock, Math.min(delayMs.first * 2 ** (breaks - 1), delayMs.longest));
  }

  async #ask(start: number, end: number, signal?: AbortSignal): Promise<ByteStream> {
    const query = {
      input: String(this.#input),
      start: String(start),
      end: String(end),
      version: this.#split.version,
    };
    try {
      const options = { timeoutMs, ...(signal && { signal }) };
      const { transport, coordinator } = this.#serving;
      return await transport.bulk(coordinator, 'input', { query }, options);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (error.code === 'INPUT_CHANGED') throw inputChanged(this.name);
      if (passing.has(error.code)) throw new TransportError(error.message, { cause: error });
      throw new InputError(`input ${this.name}: ${error.message}`, { cause: error });
    }
  }
}
