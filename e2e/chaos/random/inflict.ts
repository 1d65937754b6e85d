import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { WallClock, faketimeLibrary } from '../faults/clock.ts';
import { fillDisk } from '../faults/full-disk.ts';
import { coordinatorProxy } from '../faults/slow-links.ts';
import { startSecond } from '../faults/second-coordinator.ts';
import { cutLink, cutPair, loosePackets, type Heal } from '../faults/links.ts';
import {
  drainWorker,
  killCoordinator,
  killExecutor,
  killSupervisor,
  killWorker,
  loseDisk,
  loseJournal,
  stopProcess,
} from '../faults/processes.ts';
import { arm } from '../failpoints/armed.ts';
import { failpointNamed, type Failpoint } from '../failpoints/table.ts';
import type { Toxiproxy } from '../toxiproxy/proxy.ts';
import type { WorkerControl } from '../world/worker-control.ts';
import { pause, type World } from '../world/world.ts';
import type { PlannedFault } from './plan.ts';

/** A worker that others can relieve is gone sooner. */
const drainMs = 30_000;

/** Carries out faults on one world, and undoes each in its time. */
export class Inflictor {
  readonly #world: World;
  readonly #proxies: Toxiproxy | undefined;
  readonly #clock: WallClock | undefined;
  /** Those that are to be dead for now. */
  readonly #dead = new Set<object>();

  /** @param proxies between each worker and the coordinator, if there are any */
  constructor(world: World, proxies: Toxiproxy | undefined) {
    this.#world = world;
    this.#proxies = proxies;
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
      case 'drain worker':
        return this.#drainWorker(worker, fault);
      case 'second coordinator':
        return this.#startSecond(worker, fault);
      case 'kill coordinator':
      case 'lose journal':
      case 'failpoint':
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
      case 'slow link':
        return this.#slowLink(worker, fault);
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
    await this.#startAgain(worker, fault.forMs);
  }

  /** One that stays for its grace, as nobody takes what it holds, is left to itself. */
  async #drainWorker(worker: WorkerControl, { forMs }: PlannedFault): Promise<void> {
    if (!worker.isRunning) return;
    this.#dead.add(worker);
    if (await drainWorker(this.#world, worker, drainMs)) await this.#startAgain(worker, forMs);
    this.#dead.delete(worker);
  }

  async #startAgain(worker: WorkerControl, afterMs: number): Promise<void> {
    await pause(afterMs);
    this.#dead.delete(worker);
    // Another fault may have done so.
    if (!worker.isRunning) worker.start();
  }

  /** Two coordinators have workers for a while: one the worker that it is about, one all others. */
  async #startSecond(worker: WorkerControl, { forMs }: PlannedFault): Promise<void> {
    if (!worker.isRunning || !this.#world.coordinator.isRunning) return;
    const usual = worker.coordinator;
    await worker.role.kill();
    const second = await startSecond(this.#world);
    worker.coordinator = second.url;
    await this.#startAgain(worker, 0);
    await pause(forMs);
    worker.coordinator = usual;
    await Promise.all([worker.role.kill(), second.role.kill()]);
    await this.#startAgain(worker, 0);
  }

  async #slowLink(
    worker: WorkerControl,
    { amount, forMs, losesDisk }: PlannedFault,
  ): Promise<void> {
    if (this.#proxies === undefined) return;
    const toxic = losesDisk
      ? ({ type: 'bandwidth', attributes: { rate: amount } } as const)
      : ({ type: 'latency', attributes: { latency: 20 * amount, jitter: 5 * amount } } as const);
    const heal = await this.#proxies.poison(coordinatorProxy(worker), toxic, 'downstream');
    await pause(forMs);
    await heal();
  }

  async #killCoordinator({ kind, forMs, failpoint }: PlannedFault): Promise<void> {
    const { coordinator } = this.#world;
    // Two that kill it at once would start two of it again.
    if (!coordinator.isRunning || this.#dead.has(coordinator)) return;
    this.#dead.add(coordinator);
    await killCoordinator(this.#world);
    // Where the job has ended, a first generation without a journal would rightly refuse its output.
    const hasEnded = existsSync(join(this.#world.output, '_SUCCESS'));
    if (kind === 'lose journal' && !hasEnded) loseJournal(this.#world);
    await pause(forMs);
    this.#dead.delete(coordinator);
    this.#startCoordinator(kind === 'failpoint' ? failpointNamed(failpoint) : undefined);
  }

  /** @param failpoint where this life ends, if it comes there */
  #startCoordinator(failpoint?: Failpoint): void {
    const { coordinator, setting } = this.#world;
    const armed = failpoint && arm(failpoint, setting.directory);
    const role = coordinator.start({
      ...(this.#clock && { env: this.#clock.env }),
      ...(armed && { failpoint: armed }),
    });
    void role.ended.then(() => {
      if (armed?.hasFired() === true) setting.recorder.fired('failpoint', failpoint?.name ?? '');
    });
  }
}
