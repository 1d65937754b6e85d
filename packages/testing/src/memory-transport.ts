import type { BulkRouteName, Handlers, RouteName } from '@mapreduce/protocol';
import { routes } from '@mapreduce/protocol';
import {
  TransportError,
  type BulkHandler,
  type BulkRequest,
  type ByteStream,
  type Transport,
} from '@mapreduce/service';

/** What one address serves. */
export interface Peer {
  readonly handlers?: Partial<Handlers>;
  readonly bulk?: Readonly<Partial<Record<BulkRouteName, BulkHandler>>>;
}

export interface MemoryCall {
  readonly address: string;
  readonly route: RouteName | BulkRouteName;
  readonly request: unknown;
}

export interface MemoryTransportOptions {
  /** Called before each call reaches its peer; what it throws, the caller is thrown. */
  readonly before?: (call: MemoryCall) => void | Promise<void>;
  /** Called before each answer reaches its caller; what it throws is an answer that was lost. */
  readonly after?: (call: MemoryCall) => void | Promise<void>;
}

/**
 * Routes calls to handlers in this process. Messages go through JSON and the routes' schemas, as on
 * the wire. Timeouts are the caller's clock's affair: here only the signal ends a call.
 */
export class MemoryTransport implements Transport {
  readonly peers = new Map<string, Peer>();
  /** Every call that was made, in order. */
  readonly calls: MemoryCall[] = [];
  readonly #options: MemoryTransportOptions;

  constructor(options: MemoryTransportOptions = {}) {
    this.#options = options;
  }

  call: Transport['call'] = (address, name, request, { signal }) =>
    unlessAborted(signal, async () => {
      const call = { address, route: name, request };
      const handler = (await this.#reach(call)).handlers?.[name] as
        ((request: unknown) => Promise<unknown>) | undefined;
      if (handler === undefined) throw new TransportError(`${address} does not serve ${name}`);
      const answer = await handler(routes[name].request.parse(throughJson(request)));
      await this.#options.after?.(call);
      return routes[name].response.parse(throughJson(answer)) as never;
    });

  bulk: Transport['bulk'] = (address, name, request, { signal }) =>
    unlessAborted(signal, async () => {
      const call = { address, route: name, request };
      const handler = (await this.#reach(call)).bulk?.[name];
      if (handler === undefined) throw new TransportError(`${address} does not serve ${name}`);
      const sent: BulkRequest =
        request.json === undefined ? request : { ...request, json: throughJson(request.json) };
      const answer = await handler(sent);
      await this.#options.after?.(call);
      return exactly(answer);
    });

  async #reach(call: MemoryCall): Promise<Peer> {
    this.calls.push(call);
    await this.#options.before?.(call);
    const peer = this.peers.get(call.address);
    if (peer === undefined) throw new TransportError(`nobody listens at ${call.address}`);
    return peer;
  }
}

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}

function unlessAborted<T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new TransportError('the call was aborted'));
    if (signal?.aborted === true) {
      onAbort();
      return;
    }
    signal?.addEventListener('abort', onAbort, { once: true });
    run()
      .then(resolve, reject)
      .finally(() => signal?.removeEventListener('abort', onAbort));
  });
}

/** A body that is shorter or longer than it said breaks off, as a connection would. */
function exactly({ length, chunks }: ByteStream): ByteStream {
  const checked = async function* () {
    let received = 0;
    for await (const chunk of chunks) {
      received += chunk.length;
      yield chunk;
    }
    if (received !== length) throw new TransportError(`${received} of ${length} bytes came`);
  };
  return { length, chunks: checked() };
}

/** A body that is all there already. */
export function aStream(...chunks: readonly Uint8Array[]): ByteStream {
  const iterator = chunks.values();
  const next = () => Promise.resolve(iterator.next());
  const length = chunks.reduce((total, chunk) => total + chunk.length, 0);
  return { length, chunks: { [Symbol.asyncIterator]: () => ({ next }) } };
}
