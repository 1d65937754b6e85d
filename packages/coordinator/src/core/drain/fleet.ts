import type {
  DrainWorkersRequest,
  Incarnation,
  LeavingWorker,
  ScaleDownRequest,
} from '@mapreduce/protocol';
import { drainingIncarnations, runningOn, stayingIncarnations } from '@mapreduce/scheduler';
import type { MapTable } from '../map-table.ts';
import type { SchedulerDriver } from '../scheduler-driver.ts';
import type { WorkerBook } from '../worker-book.ts';
import type { DrainDesk } from './drain-desk.ts';
import { moveCost } from './plan-moves.ts';

export interface FleetOptions {
  readonly drains: DrainDesk;
  readonly driver: SchedulerDriver;
  readonly maps: MapTable;
  readonly workers: WorkerBook;
  readonly onChanged: () => void;
}

/**
 * What those who place the workers say of them: how many stay, whose machine is to go, whose is gone.
 * Nothing of it is kept beyond this life of the coordinator: they say it again.
 */
export class Fleet {
  readonly #options: FleetOptions;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /**
   * Lets as many go as are too many, and has those stay again that are too few. First go those that run
   * least, among them those that hold least; a worker that was let go stays so while that suffices.
   */
  scaleDown({ workers, graceMs }: ScaleDownRequest): LeavingWorker[] {
    const { drains, driver, onChanged } = this.#options;
    const staying = [...stayingIncarnations(driver.state)];
    const missing = workers - staying.length;
    if (missing < 0) {
      const inOrder = this.#leastNeededFirst(staying);
      for (const worker of inOrder.slice(0, -missing)) drains.begin(worker, graceMs, 'scale');
    } else if (missing > 0) {
      const spare = this.#leaving().filter((worker) => drains.isSpare(worker));
      const inOrder = this.#leastNeededFirst(spare).toReversed();
      for (const worker of inOrder.slice(0, missing)) drains.keep(worker);
    }
    onChanged();
    return this.#views(this.#leaving());
  }

  /** The machines of these workers are to go. */
  drain({ addresses, graceMs }: DrainWorkersRequest): LeavingWorker[] {
    const { drains, onChanged } = this.#options;
    const workers = this.#at(addresses);
    for (const worker of workers) drains.begin(worker, graceMs, 'machine');
    onChanged();
    return this.#views(workers);
  }

  /** The machines of these workers are gone. */
  lose(addresses: readonly string[]): void {
    const { driver, onChanged } = this.#options;
    for (const worker of this.#at(addresses)) driver.send({ kind: 'workerGone', worker });
    onChanged();
  }

  /** The live workers that serve there. */
  #at(addresses: readonly string[]): Incarnation[] {
    const { driver, workers } = this.#options;
    const named = new Set(addresses);
    const { state } = driver;
    const alive = [...stayingIncarnations(state), ...drainingIncarnations(state)];
    return alive.filter((worker) => named.has(workers.address(worker)));
  }

  #leaving(): Incarnation[] {
    return [...drainingIncarnations(this.#options.driver.state)];
  }

  #leastNeededFirst(workers: readonly Incarnation[]): Incarnation[] {
    const { drains, driver, maps } = this.#options;
    const loads = workers.map((worker) => {
      let held = 0;
      for (const map of drains.neededOf(worker)) held += moveCost(maps.bytesOut(map));
      return { worker, running: runningOn(driver.state, worker), held };
    });
    loads.sort(
      (a, b) => a.running - b.running || a.held - b.held || (a.worker < b.worker ? -1 : 1),
    );
    return loads.map(({ worker }) => worker);
  }

  #views(workers: readonly Incarnation[]): LeavingWorker[] {
    const { drains, workers: book } = this.#options;
    return workers.map((incarnation) => ({
      incarnation,
      address: book.address(incarnation),
      relieved: drains.isRelieved(incarnation),
    }));
  }
}
