import type { LeavingWorker, RequestOf, ResponseOf, RouteName } from '@mapreduce/protocol';
import { sleep, type Clock, type Transport } from '@mapreduce/service';
import type { CoordinatorHost } from './coordinator-host.ts';
import type { WorkerHost } from './worker-host.ts';
import type { Network } from './world/network.ts';
import { SimulatedProcess } from './world/process.ts';
import type { World } from './world/world.ts';

/** Between two times that it says the same: nothing of it outlives the coordinator that heard it. */
const againMs = 1_000;
const callTimeoutMs = 3_000;
/** So long it goes on to say that a machine is gone. */
const reportMs = 30_000;

export interface OperatorParts {
  readonly world: World;
  readonly network: Network;
  readonly coordinator: CoordinatorHost;
  readonly workers: readonly WorkerHost[];
}

/** Who places the workers: it tells the coordinator how many stay, what becomes of machines, and to end. */
export class Operator {
  readonly #process = new SimulatedProcess('operator/1');
  readonly #coordinator: CoordinatorHost;
  readonly #workers: readonly WorkerHost[];
  readonly #transport: Transport;
  readonly #clock: Clock;
  /** How many are to stay now, and until when; nothing: all. */
  #level: { readonly workers: number; readonly until: number } | undefined;

  constructor({ world, network, coordinator, workers }: OperatorParts) {
    this.#coordinator = coordinator;
    this.#workers = workers;
    this.#transport = network.transportOf(this.#process);
    this.#clock = world.clockOf(this.#process);
  }

  /**
   * Has `workers` of them stay for `ms`; all the others get SIGTERM when nothing more is needed of them, or
   * when `graceMs` are over, and start again at the end. `onVictims`: the coordinator has named some.
   */
  async scaleDown(
    how: { readonly workers: number; readonly graceMs: number; readonly ms: number },
    onVictims: () => void,
  ): Promise<void> {
    const { workers, graceMs, ms } = how;
    const now = this.#clock.now();
    const level = { workers, until: now + ms };
    this.#level = level;
    await this.#repeat(
      () => this.#level === level && this.#clock.now() < level.until,
      async () => {
        const { victims } = await this.#call('scaleDown', { workers, graceMs });
        if (victims.length > 0) onVictims();
        const isOver = this.#clock.now() >= now + graceMs;
        for (const victim of victims) {
          if (isOver || victim.relieved) this.#terminate(victim, level.until);
        }
        return false;
      },
    );
    if (this.#level === level) await this.#keepAll();
  }

  /**
   * The worker's machine is to go within `graceMs`, and goes when nothing more is needed of it; its disk
   * goes with it. Another one stands there after `downMs`. `onDrains`: the coordinator knows of a worker there.
   */
  async drain(
    worker: WorkerHost,
    how: { readonly graceMs: number; readonly downMs: number },
    onDrains: () => void,
  ): Promise<void> {
    const goneAt = this.#clock.now() + how.graceMs;
    await this.#repeat(
      () => this.#clock.now() < goneAt,
      async () => {
        const graceMs = Math.ceil(goneAt - this.#clock.now());
        const request = { addresses: [worker.address], graceMs };
        const { workers } = await this.#call('drainWorkers', request);
        if (workers.length > 0) onDrains();
        return workers.some(({ relieved }) => relieved);
      },
    );
    worker.crash({ downMs: how.downMs, keepsDisk: false });
  }

  /** Says that the worker's machine is gone. `onLost`: the coordinator took somebody there for alive. */
  async lose(worker: WorkerHost, onLost: () => void): Promise<void> {
    const until = this.#clock.now() + reportMs;
    await this.#repeat(
      () => this.#clock.now() < until,
      async () => {
        const before = this.#coordinator.givenUp;
        await this.#call('lostWorkers', { addresses: [worker.address] });
        if (this.#coordinator.givenUp > before) onLost();
        return true;
      },
    );
  }

  /** Asks for the job's end until that is answered. */
  async cancel(): Promise<void> {
    await this.#repeat(
      () => true,
      async () => {
        await this.#call('cancel', { reason: 'enough' });
        return true;
      },
    );
  }

  /** Takes back what is left of the last number, until nobody is to leave any more. */
  async #keepAll(): Promise<void> {
    this.#level = undefined;
    await this.#repeat(
      () => this.#level === undefined,
      async () => {
        const request = { workers: this.#workers.length, graceMs: 0 };
        const { victims } = await this.#call('scaleDown', request);
        return victims.length === 0;
      },
    );
  }

  #terminate({ address }: LeavingWorker, until: number): void {
    const downMs = Math.max(0, until - this.#clock.now());
    this.#workers.find((worker) => worker.address === address)?.drain(downMs);
  }

  /** Says something until it is done with, or `goes` says that it is no longer to be said. */
  async #repeat(goes: () => boolean, say: () => Promise<boolean>): Promise<void> {
    while (goes() && this.#coordinator.outcome === undefined) {
      // Who cannot be reached now is told the next time.
      if (await say().catch(() => false)) return;
      await sleep(this.#clock, againMs);
    }
  }

  #call<R extends RouteName>(route: R, request: RequestOf<R>): Promise<ResponseOf<R>> {
    const options = { timeoutMs: callTimeoutMs };
    return this.#transport.call(this.#coordinator.address, route, request, options);
  }
}
