import { ServiceError, type Split } from '@mapreduce/protocol';
import type { ByteStream, Transport } from '@mapreduce/service';
import { inputChanged } from './file-source.ts';
import { InputError } from './range-source.ts';
import { StreamSource, type InputStream, type RemoteInput } from './stream-source.ts';

const timeoutMs = 30_000;

/** An input that the coordinator serves by range. */
export function coordinatorSource(
  transport: Transport,
  address: string,
  input: number,
  split: Split,
): StreamSource {
  return new StreamSource(new ServedInput(transport, address, input, split));
}

class ServedInput implements RemoteInput {
  readonly #transport: Transport;
  readonly #address: string;
  readonly #input: number;
  readonly #split: Split;

  constructor(transport: Transport, address: string, input: number, split: Split) {
    this.#transport = transport;
    this.#address = address;
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
    const { chunks } = await this.#ask(0, 0);
    // Empty, but the connection is only free for others at its end.
    await chunks[Symbol.asyncIterator]().next();
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
      return await this.#transport.bulk(this.#address, 'input', { query }, options);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (error.code === 'INPUT_CHANGED') throw inputChanged(this.name);
      throw new InputError(`input ${this.name}: ${error.message}`, { cause: error });
    }
  }
}
