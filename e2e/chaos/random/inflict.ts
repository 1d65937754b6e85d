import { WallClock, faketimeLibrary } from '../faults/clock.ts';
import { fillDisk } from '../faults/full-disk.ts';
import { cutLink, cutPair, loosePackets, type Heal } from '../faults/links.ts';
import {
  killCoordinator,
  killExecutor,
  killSupervisor,
  killWorker,
  loseDisk,
  loseJournal,
  stopProcess,
} from '../faults/processes.ts';
import type { WorkerControl } from '../world/worker-control.ts';
import { pause, type World } from '../world/world.ts';
import type { PlannedFault } from './plan.ts';

/** Carries out faults on one world, and undoes each in its time. */
export class Inflictor {
  readonly #world: World;
  readonly #clock: WallClock | undefined;
  /** Those that are to be dead for now. */
  readonly #dead = new Set<object>();

  constructor(world: World) {
    this.#world = world;
    this.#clock = faketimeLibrary() === undefined ? undefined : new WallClock(world, 'coordinator');
  }

  startAll(): void {
    this.#startCoordinator();
    for (const worker of this.#world.workers) worker.start();
  }

  /** Starts again whoever ended by itself because of a fault, as whoever runs such processes would. */
  revive(note: (text: string) => void): void {
    const { coordinator, workers } = this.#world;
    if (!coordinator.isRunning && !this.#dead.has(coordinator)) {
      note(`the coordinator ended by itself: ${JSON.stringify(coordinator.role.end)}`);
      this.#startCoordinator();
    }
    for (const worker of workers) {
      if (worker.isRunning || this.#dead.has(worker) || worker.role.end?.code === 0) continue;
      note(`${worker.name} ended by itself: ${JSON.stringify(worker.role.end)}`);
      worker.start();
    }
  }

  /** Resolves when it is over. */
  async inflict(fault: PlannedFault): Promise<void> {
    const { kind, amount, forMs } = fault;
    const world = this.#world;
    const worker = world.worker(fault.worker);
    const { host, directory } = worker.place;
    switch (kind) {
      case 'kill worker':
      case 'kill supervisor':
        return this.#killWorker(worker, fault);
      case 'kill executor':
        if (worker.isRunning && worker.role.executors().length > 0) killExecutor(world, worker);
        return;
      case 'kill coordinator':
      case 'lose journal':
        return this.#killCoordinator(fault);
      case 'stop worker':
        if (!worker.isRunning) return;
        return this.#while(forMs, stopProcess(world, worker.name, worker.role));
      case 'stop coordinator':
        if (!world.coordinator.isRunning) return;
        return this.#while(forMs, stopProcess(world, 'the coordinator', world.coordinator.role));
      case 'cut worker':
        return this.#while(forMs, cutLink(world, host));
      case 'cut coordinator':
        return this.#while(forMs, cutLink(world, world.coordinator.host));
      case 'cut pair': {
        const other = world.worker((fault.worker + 1) % world.workers.length);
        return this.#while(forMs, cutPair(world, host, other.place.host).heal);
      }
      case 'lossy link':
        return this.#while(forMs, loosePackets(world, host, amount).heal);
      case 'full disk':
        return this.#while(forMs, fillDisk(world, worker.name, directory));
      case 'clock jump':
        this.#clock?.jump((amount - 20) * 1_000);
    }
  }

  async #while(ms: number, heal: Heal): Promise<void> {
    await pause(ms);
    heal();
  }

  async #killWorker(worker: WorkerControl, fault: PlannedFault): Promise<void> {
    if (!worker.isRunning) return;
    this.#dead.add(worker);
    await (fault.kind === 'kill worker' ? killWorker : killSupervisor)(this.#world, worker);
    // Executors that outlive their supervisor may still write.
    if (fault.losesDisk && fault.kind === 'kill worker') loseDisk(this.#world, worker);
    await pause(fault.forMs);
    this.#dead.delete(worker);
    worker.start();
  }

  async #killCoordinator({ kind, forMs }: PlannedFault): Promise<void> {
    const { coordinator } = this.#world;
    if (!coordinator.isRunning) return;
    this.#dead.add(coordinator);
    await killCoordinator(this.#world);
    if (kind === 'lose journal') loseJournal(this.#world);
    await pause(forMs);
    this.#dead.delete(coordinator);
    this.#startCoordinator();
  }

  #startCoordinator(): void {
    this.#world.coordinator.start(this.#clock && { env: this.#clock.env });
  }
}
