import type { Clock, Log, Random } from '@mapreduce/service';
import type { ApiClient } from '../api/client.ts';
import type { KubeObject } from '../api/object.ts';
import type { Resource } from '../api/resource.ts';
import { aborted } from './abort.ts';
import { Controller, type ControllerSettings, type Reconcile } from './controller.ts';
import { Informer, type InformerSelection } from './informer.ts';
import type { ElectionEnd, LeaderElector } from './leader-elector.ts';
import type { RuntimeMetrics } from './metrics.ts';
import type { ReflectorSettings } from './reflector.ts';

export interface ManagerOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: RuntimeMetrics;
  /** Absent: leads at once. */
  readonly elector?: LeaderElector;
  readonly reflector?: Partial<ReflectorSettings>;
}

/** Starts and ends what a process of controllers consists of, in the right order. */
export class Manager {
  readonly #options: ManagerOptions;
  readonly #informers: {
    readonly hasSynced: boolean;
    synced(): Promise<void>;
    run(signal: AbortSignal): Promise<void>;
  }[] = [];
  readonly #controllers: Controller[] = [];

  constructor(options: ManagerOptions) {
    this.#options = options;
  }

  informer<T extends KubeObject>(
    resource: Resource<T>,
    selection: InformerSelection = {},
  ): Informer<T> {
    const { client, clock, random, log, reflector } = this.#options;
    const informer = new Informer({
      ...selection,
      client,
      resource,
      clock,
      random,
      log,
      ...(reflector && { settings: reflector }),
    });
    this.#informers.push(informer);
    return informer;
  }

  controller(
    name: string,
    reconcile: Reconcile,
    settings: Partial<ControllerSettings> = {},
  ): Controller {
    const { clock, random, log, metrics } = this.#options;
    const controller = new Controller({ name, reconcile, clock, random, log, metrics, settings });
    this.#controllers.push(controller);
    return controller;
  }

  /** Whether every cache is filled: what readiness means, for leaders and for those in waiting. */
  get hasSynced(): boolean {
    return this.#informers.every((informer) => informer.hasSynced);
  }

  /**
   * Fills the caches, waits to lead, runs the controllers. Resolves after the signal is aborted, when
   * reconciles under way have ended and the lease is given up; `lost` means that another may lead
   * already, so the process must end.
   */
  async run(signal: AbortSignal): Promise<ElectionEnd> {
    const stopped = new AbortController();
    const following = this.#informers.map((informer) => informer.run(stopped.signal));
    const lead = async (leading: AbortSignal) => {
      await Promise.race([
        Promise.all(this.#informers.map((informer) => informer.synced())),
        aborted(leading),
      ]);
      await Promise.all(this.#controllers.map((controller) => controller.run(leading)));
    };
    try {
      const { elector } = this.#options;
      if (elector !== undefined) return await elector.run(signal, lead);
      await lead(signal);
      return 'stopped';
    } finally {
      stopped.abort();
      await Promise.all(following);
    }
  }
}
