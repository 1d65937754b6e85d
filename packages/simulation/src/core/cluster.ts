import type { CoordinatorHost } from './coordinator-host.ts';
import { Operator } from './operator.ts';
import type { WorkerHost } from './worker-host.ts';
import type { Network } from './world/network.ts';
import type { LinkRule } from './world/network-rules.ts';
import type { World } from './world/world.ts';

export interface ClusterParts {
  readonly world: World;
  readonly network: Network;
  readonly coordinator: CoordinatorHost;
  readonly workers: readonly WorkerHost[];
  /** Told once the power is back, before anything runs again. */
  readonly onPowerLoss: () => void;
}

/** All that faults may strike. */
export class Cluster {
  readonly world: World;
  readonly network: Network;
  readonly coordinator: CoordinatorHost;
  readonly workers: readonly WorkerHost[];
  readonly operator: Operator;
  readonly #onPowerLoss: () => void;

  constructor({ world, network, coordinator, workers, onPowerLoss }: ClusterParts) {
    this.world = world;
    this.network = network;
    this.coordinator = coordinator;
    this.workers = workers;
    this.operator = new Operator({ world, network, coordinator, workers });
    this.#onPowerLoss = onPowerLoss;
  }

  /**
   * What is not synced below `path` is gone; with `tears`, a part of each write is left. Processes
   * that had files open there must be dead.
   */
  losePower(path: string, tears: boolean): void {
    const { disk, random } = this.world;
    disk.crash(path, tears ? (unsynced) => random.integer(0, unsynced) : () => 0);
    this.#onPowerLoss();
  }

  /** A disturbance of the network for so long. */
  disturb(ms: number, rule: LinkRule): void {
    this.world.clock.after(ms, this.network.rules.add(rule));
  }
}
