import type { Handlers, LeaseRequest, RequestOf, ResponseOf, RouteName } from '@mapreduce/protocol';
import { TransportError, type CallOptions, type Transport } from '@mapreduce/service';
import type { SimulatedProcess } from '../core/world/process.ts';
import type { GridClock } from './grid-clock.ts';

/** One way. */
const latencyMs = 1;

/** Who answers control messages. */
export interface Peer {
  readonly handlers: Handlers;
  /** The connection of a waiting lease request broke. */
  readonly withdraw: (request: LeaseRequest) => void;
}

/** Brings a worker's messages to the coordinator and the answers back, each in a step of the clock. */
export class Wire implements Transport {
  readonly #clock: GridClock;
  readonly #process: SimulatedProcess;
  readonly #peer: Peer;
  /** Messages by route, of all workers. */
  readonly #counts: Map<string, number>;

  constructor(
    clock: GridClock,
    process: SimulatedProcess,
    peer: Peer,
    counts: Map<string, number>,
  ) {
    this.#clock = clock;
    this.#process = process;
    this.#peer = peer;
    this.#counts = counts;
  }

  call<R extends RouteName>(
    _address: string,
    route: R,
    request: RequestOf<R>,
    { signal }: CallOptions,
  ): Promise<ResponseOf<R>> {
    const { promise, resolve, reject } = Promise.withResolvers<ResponseOf<R>>();
    this.#counts.set(route, (this.#counts.get(route) ?? 0) + 1);
    const process = this.#process;
    const handle = this.#peer.handlers[route] as (sent: unknown) => Promise<ResponseOf<R>>;
    const hangUp = () => {
      if (route === 'lease') this.#peer.withdraw(request as LeaseRequest);
    };
    const onAbort = () => {
      hangUp();
      reject(new TransportError('aborted'));
    };
    if (signal?.aborted === true) {
      onAbort();
      return promise;
    }
    signal?.addEventListener('abort', onAbort, { once: true });
    const forget = process.onDeath(hangUp);
    const answer = (settle: () => void) => {
      signal?.removeEventListener('abort', onAbort);
      forget();
      this.#clock.tell(latencyMs, () => process.enter(settle));
    };
    this.#clock.tell(latencyMs, () => {
      if (process.isDead) return;
      handle(request).then(
        (value) => answer(() => resolve(value)),
        (error: unknown) => answer(() => reject(error)),
      );
    });
    return promise;
  }

  bulk(): Promise<never> {
    return Promise.reject(new TransportError('no bytes pass here'));
  }
}
