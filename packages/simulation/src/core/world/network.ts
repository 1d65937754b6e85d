import type { BulkRouteName, Handlers, RouteName } from '@mapreduce/protocol';
import { routes } from '@mapreduce/protocol';
import {
  TransportError,
  type BulkHandler,
  type ByteStream,
  type CallOptions,
  type Transport,
} from '@mapreduce/service';
import type { SeededRandom } from '@mapreduce/service/virtual';
import { Pending } from './pending.ts';
import type { SimulatedProcess } from './process.ts';
import type { World } from './world.ts';

/** What a process serves at an address. */
export interface Server {
  readonly process: SimulatedProcess;
  readonly handlers?: Partial<Handlers>;
  readonly bulk?: Readonly<Partial<Record<BulkRouteName, BulkHandler>>>;
  /** Whoever called no longer waits for the answer: its connection is closed. */
  readonly onHangUp?: (route: string, request: unknown) => void;
}

export interface NetworkWeather {
  /** One way; drawn anew for each message. */
  readonly minLatencyMs: number;
  readonly maxLatencyMs: number;
  /** Of each message: that its connection breaks, and it is lost. */
  readonly loss: number;
  /** Whether messages go through JSON and the routes' schemas, as on a real wire. */
  readonly encoded: boolean;
}

interface Called {
  readonly address: string;
  readonly route: string;
  readonly request: unknown;
}

type Breakable = Pick<Pending<unknown>, 'fail' | 'finally'>;

/** One end of an exchange: who asks, and on what terms. */
interface Client {
  readonly process: SimulatedProcess;
  readonly options: CallOptions;
}

/**
 * Connects processes. A message takes a while, or is lost with its connection: then its sender
 * learns that something broke, at once or (a silent loss) when its patience ends, but never whether
 * the other side had heard it.
 */
export class Network {
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #weather: NetworkWeather;
  readonly #servers = new Map<string, Server>();

  constructor(world: World, weather: NetworkWeather) {
    this.#world = world;
    this.#random = world.random.fork();
    this.#weather = weather;
  }

  /** Serves until its process dies, or another takes the address over. */
  listen(address: string, server: Server): void {
    this.#servers.set(address, server);
  }

  /** The network as one process uses it. */
  transportOf(process: SimulatedProcess): Transport {
    return {
      call: (address, name, request, options) =>
        this.#exchange({ process, options }, { address, route: name, request }, (server) =>
          this.#handle(server, name, request),
        ) as never,
      bulk: (address, name, request, options) => {
        const client = { process, options };
        return this.#exchange(client, { address, route: name, request }, async (server) => {
          const handler = server.bulk?.[name];
          if (handler === undefined) throw new TransportError(`${address} does not serve ${name}`);
          const { json } = request;
          const sent = json === undefined ? request : { ...request, json: throughJson(json) };
          return this.#body(await handler(sent), server.process, client);
        });
      },
    };
  }

  async #handle(server: Server, name: RouteName, request: unknown): Promise<unknown> {
    const handler = server.handlers?.[name] as ((sent: unknown) => Promise<unknown>) | undefined;
    if (handler === undefined) throw new TransportError(`nobody serves ${name} there`);
    if (!this.#weather.encoded) return handler(request);
    const answer = await handler(routes[name].request.parse(throughJson(request)));
    return routes[name].response.parse(throughJson(answer));
  }

  /** Sends a request, has the server handle it, and sends the answer back. */
  #exchange<T>(
    { process: client, options }: Client,
    { address, route, request }: Called,
    handle: (server: Server) => Promise<T>,
  ): Promise<T> {
    const world = this.#world;
    const what = `${route} ${address}`;
    const onEnd = (how: string) => world.log.add(client.name, `${what} ${how}`);
    const pending = new Pending<T>(world, client, options, { what, onEnd });
    if (pending.isOver) return pending.promise;
    const answer = (settle: () => void) =>
      this.#deliver(client, pending, () => client.enter(settle));

    this.#deliver(client, pending, () => {
      const server = this.#servers.get(address);
      if (server === undefined || server.process.isDead) {
        world.tell(client, this.#latency(), () => pending.fail('refused'));
        return;
      }
      this.#breakWith(server.process, client, pending);
      const answered = this.#hangUpWith(client, pending, () =>
        world.tell(server.process, this.#latency(), () => server.onHangUp?.(route, request)),
      );
      server.process.enter(() => {
        handle(server)
          .finally(answered)
          .then(
            (value) => answer(() => pending.resolve(value)),
            (error: unknown) => answer(() => pending.reject(error)),
          );
      });
    });
    return pending.promise;
  }

  /** A body on its way: it breaks off when its sender dies or a piece of it is lost. */
  #body({ length, chunks }: ByteStream, server: SimulatedProcess, client: Client): ByteStream {
    const { process, options } = client;
    const iterator = chunks[Symbol.asyncIterator]();
    let received = 0;
    const next = (): Promise<IteratorResult<Uint8Array>> => {
      const onEnd = () => undefined;
      const pending = new Pending<IteratorResult<Uint8Array>>(this.#world, process, options, {
        what: 'body',
        onEnd,
      });
      this.#breakWith(server, process, pending);
      const arrived = (piece: IteratorResult<Uint8Array>) => {
        if (piece.done !== true) received += piece.value.length;
        if (piece.done === true && received !== length) pending.fail('ended early');
        else pending.resolve(piece);
      };
      server.enter(() => {
        iterator.next().then(
          (piece) => this.#deliver(process, pending, () => process.enter(() => arrived(piece))),
          () => this.#world.tell(process, this.#latency(), () => pending.fail('broke off')),
        );
      });
      return pending.promise;
    };
    const stop = (): Promise<IteratorResult<Uint8Array>> => {
      server.enter(() => void iterator.return?.());
      return Promise.resolve({ done: true, value: undefined });
    };
    return { length, chunks: { [Symbol.asyncIterator]: () => ({ next, return: stop }) } };
  }

  /** A death on the other side is soon known: its host resets the connection. */
  #breakWith(server: SimulatedProcess, client: SimulatedProcess, pending: Breakable): void {
    const forget = server.onDeath(() =>
      this.#world.tell(client, this.#latency(), () => pending.fail('reset')),
    );
    pending.finally(forget);
  }

  /**
   * Hangs up if the client dies, or is done with the call, before the answer is on its way; the
   * function that is returned says that it is.
   */
  #hangUpWith(client: SimulatedProcess, pending: Breakable, hangUp: () => void): () => void {
    let isOpen = true;
    const close = () => {
      if (isOpen) hangUp();
      isOpen = false;
    };
    const forget = client.onDeath(close);
    pending.finally(close);
    return () => {
      isOpen = false;
      forget();
    };
  }

  /** Takes one message over the network, or loses it. */
  #deliver(client: SimulatedProcess, pending: Breakable, arrive: () => void): void {
    if (!this.#random.chance(this.#weather.loss)) {
      this.#world.clock.after(this.#latency(), arrive);
    } else if (this.#random.chance(0.5)) {
      // The other half of the losses is silent: only the caller's patience ends them.
      this.#world.tell(client, this.#latency(), () => pending.fail('connection broke'));
    }
  }

  #latency(): number {
    const { minLatencyMs, maxLatencyMs } = this.#weather;
    return minLatencyMs + this.#random.float() * (maxLatencyMs - minLatencyMs);
  }
}

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}
