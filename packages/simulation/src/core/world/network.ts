import type { BulkRouteName, Handlers, RouteName } from '@mapreduce/protocol';
import { routes } from '@mapreduce/protocol';
import {
  TransportError,
  type BulkHandler,
  type BulkRequest,
  type ByteStream,
  type CallOptions,
  type Transport,
} from '@mapreduce/service';
import type { SeededRandom } from '@mapreduce/service/virtual';
import { bodyOnItsWay } from './body.ts';
import { NetworkRules } from './network-rules.ts';
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
  readonly rules: NetworkRules;
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #weather: NetworkWeather;
  readonly #servers = new Map<string, Server[]>();
  /** Where several serve one address: each has its turn for so long; 0: any may get any message. */
  turnMs = 0;

  constructor(world: World, weather: NetworkWeather) {
    this.#world = world;
    this.#random = world.random.fork();
    this.rules = new NetworkRules(world.random.fork());
    this.#weather = weather;
  }

  /** Serves until its process dies; beside others, where others serve the address too. */
  listen(address: string, server: Server): void {
    const others = this.#servers.get(address) ?? [];
    const alive = others.filter(({ process }) => !process.isDead);
    this.#servers.set(address, [...alive, server]);
  }

  /** The network as one process uses it. */
  transportOf(process: SimulatedProcess): Transport {
    return {
      call: (address, name, request, options) =>
        this.#exchange(
          { process, options },
          { address, route: name, request },
          (server) => this.#handle(server, name, request),
          true,
        ) as never,
      bulk: (address, name, request, options) => {
        const client = { process, options };
        return this.#exchange(
          client,
          { address, route: name, request },
          (server) => this.#handleBulk(server, name, request, client),
          // A body can be read only once.
          request.body === undefined,
        );
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

  async #handleBulk(
    server: Server,
    name: BulkRouteName,
    request: BulkRequest,
    client: Client,
  ): Promise<ByteStream> {
    const handler = server.bulk?.[name];
    if (handler === undefined) throw new TransportError(`nobody serves ${name} there`);
    const { json, body } = request;
    const { options } = client;
    const answer = await handler({
      ...request,
      ...(json !== undefined && { json: throughJson(json) }),
      ...(body && { body: this.#body(body, client.process, server.process, options) }),
    });
    return this.#body(answer, server.process, client.process, options);
  }

  /** Sends a request, has the server handle it, and sends the answer back. */
  #exchange<T>(
    { process: client, options }: Client,
    { address, route, request }: Called,
    handle: (server: Server) => Promise<T>,
    repeatable: boolean,
  ): Promise<T> {
    const world = this.#world;
    const what = `${route} ${address}`;
    const onEnd = (how: string) => world.log.add(client.name, `${what} ${how}`);
    const pending = new Pending<T>(world, client, options, { what, onEnd });
    if (pending.isOver) return pending.promise;
    const server = this.#server(address);
    const host = server?.process.host ?? hostOf(address);

    this.#deliver(client.host, host, client, pending, () => {
      if (server === undefined || server.process.isDead) {
        this.#tellBack(host, client, () => pending.fail('refused'));
        return;
      }
      this.#breakWith(server.process, client, pending);
      const answered = this.#hangUpWith(client, pending, () => {
        if (this.rules.pass(client.host, host).kind === 'blocked') return;
        world.tell(server.process, this.#latency(), () => server.onHangUp?.(route, request));
      });
      const answer = (settle: () => void) => {
        // It may have died over this very request.
        if (server.process.isDead) return;
        this.#deliver(host, client.host, client, pending, () => client.enter(settle));
      };
      server.process.enter(() => {
        handle(server)
          .finally(answered)
          .then(
            (value) => answer(() => pending.resolve(value)),
            (error: unknown) => answer(() => pending.reject(error)),
          );
      });
    });
    if (repeatable && server !== undefined)
      this.#repeat(client, host, () => handle(server), server);
    return pending.promise;
  }

  /** A request that arrives once more is handled once more, and nobody hears the answer. */
  #repeat(
    client: SimulatedProcess,
    host: string,
    handle: () => Promise<unknown>,
    { process }: Server,
  ): void {
    const delayMs = this.rules.duplicate(client.host, host);
    if (delayMs === undefined) return;
    this.#world.tell(process, this.#latency() + delayMs, () => {
      handle().catch(() => undefined);
    });
  }

  /** Who serves the address now. */
  #server(address: string): Server | undefined {
    const alive = this.#servers.get(address)?.filter(({ process }) => !process.isDead) ?? [];
    if (alive.length <= 1) return alive[0];
    if (this.turnMs === 0) return this.#random.pick(alive);
    return alive[Math.floor(this.#world.clock.now() / this.turnMs) % alive.length];
  }

  #body(
    stream: ByteStream,
    sender: SimulatedProcess,
    receiver: SimulatedProcess,
    options: CallOptions,
  ): ByteStream {
    return bodyOnItsWay(this.#world, stream, {
      sender,
      receiver,
      options,
      cutAt: this.rules.cut(sender.host, receiver.host, stream.length),
      deliver: (pending, arrive) =>
        this.#deliver(sender.host, receiver.host, receiver, pending, arrive),
      breakWith: (pending) => this.#breakWith(sender, receiver, pending),
    });
  }

  /** A death on the other side is soon known: its host resets the connection. */
  #breakWith(server: SimulatedProcess, client: SimulatedProcess, pending: Breakable): void {
    const forget = server.onDeath(() =>
      this.#tellBack(server.host, client, () => pending.fail('reset')),
    );
    pending.finally(forget);
  }

  /** What the network of a host itself answers: a refusal, a reset. */
  #tellBack(host: string, client: SimulatedProcess, tell: () => void): void {
    if (this.rules.pass(host, client.host).kind === 'blocked') return;
    this.#world.tell(client, this.#latency(), tell);
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
  #deliver(
    from: string,
    to: string,
    waiting: SimulatedProcess,
    pending: Breakable,
    arrive: () => void,
  ): void {
    const passage = this.rules.pass(from, to);
    if (passage.kind === 'blocked') return;
    if (passage.kind === 'arrives' && !this.#random.chance(this.#weather.loss)) {
      this.#world.clock.after(this.#latency() + passage.delayMs, arrive);
    } else if (this.#random.chance(0.5)) {
      // The other half of the losses is silent: only the caller's patience ends them.
      this.#world.tell(waiting, this.#latency(), () => pending.fail('connection broke'));
    }
  }

  #latency(): number {
    const { minLatencyMs, maxLatencyMs } = this.#weather;
    return minLatencyMs + this.#random.float() * (maxLatencyMs - minLatencyMs);
  }
}

/** `http://worker-0:7000` is on `worker-0`. */
function hostOf(address: string): string {
  return /^http:\/\/([^:/]+)/.exec(address)?.[1] ?? address;
}

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}
