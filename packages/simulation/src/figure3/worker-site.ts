import type { Disk } from '@mapreduce/service';
import type { MemoryDisk, SeededRandom } from '@mapreduce/service/virtual';
import { Supervisor, type DataPlane } from '@mapreduce/worker';
import { quietLog } from '../core/quiet-log.ts';
import { SimulatedProcess } from '../core/world/process.ts';
import type { Computing } from '../core/world/world.ts';
import { CostShuffle } from './cost-shuffle.ts';
import { CostSpawn } from './cost-spawn.ts';
import type { GridClock } from './grid-clock.ts';
import type { Host, Hosts } from './hosts.ts';
import { OutputLogView, type SharedOutputs } from './output-logs.ts';
import type { Figure3Scenario } from './scenario.ts';
import { Wire, type Peer } from './wire.ts';

/** What all workers share. */
export interface Cluster {
  readonly clock: GridClock;
  readonly scenario: Figure3Scenario;
  readonly memory: MemoryDisk;
  readonly disk: Disk;
  readonly peer: Peer;
  readonly hosts: Hosts;
  readonly outputs: SharedOutputs;
  readonly computing: Computing;
  readonly counts: Map<string, number>;
  readonly partitionSizes: readonly number[];
}

/** A machine with a worker on it. */
export class WorkerSite {
  readonly #cluster: Cluster;
  readonly #index: number;
  readonly #times: number;
  readonly #random: SeededRandom;
  #process: SimulatedProcess | undefined;
  #boots = 0;

  constructor(
    cluster: Cluster,
    options: { readonly index: number; readonly times: number; readonly random: SeededRandom },
  ) {
    this.#cluster = cluster;
    this.#index = options.index;
    this.#times = options.times;
    this.#random = options.random;
  }

  boot(): void {
    const { clock, scenario, memory, disk, peer, hosts, counts } = this.#cluster;
    this.#boots += 1;
    const process = new SimulatedProcess(`worker-${this.#index}/${this.#boots}`);
    this.#process = process;
    // Each boot listens on a port of its own.
    const address = `http://worker-${this.#index}:${7_000 + this.#boots}`;
    const self: Host = { process, incoming: 0, outgoing: 0 };
    hosts.set(address, self);
    const random = this.#random.fork();
    const spawn = new CostSpawn({
      ...{ clock, scenario, process, random: random.fork(), disk: memory.sync },
      ...{ times: this.#times, partitionSizes: this.#cluster.partitionSizes },
    });
    const worker = new Supervisor(
      {
        clock: {
          now: () => clock.now(),
          wall: () => clock.wall(),
          after: (ms, task) => clock.after(ms, () => process.enter(task)),
        },
        random,
        transport: new Wire(clock, process, peer, counts),
        disk,
        spawn,
        ...this.#cluster.computing,
        log: quietLog,
        dataPlane: this.#dataPlane(self),
      },
      {
        coordinator: 'http://coordinator:7000',
        address,
        directory: `/worker-${this.#index}`,
        slots: scenario.slots,
        token: '',
      },
    );
    void worker.run(new AbortController().signal);
  }

  /** SIGKILL; another worker starts in its directory after `downMs`, if that is said. */
  kill(downMs: number | undefined): void {
    this.#process?.kill();
    if (downMs !== undefined) this.#cluster.clock.tell(downMs, () => this.boot());
  }

  #dataPlane(self: Host): DataPlane {
    const { clock, scenario, hosts, outputs } = this.#cluster;
    return {
      newLog: () => new OutputLogView(outputs),
      shuffle: (order) => new CostShuffle({ clock, scenario, hosts, outputs, self }, order).run(),
      verify: () => {
        const ms = scenario.bytes / scenario.maps / scenario.verifyRate;
        return new Promise((resolve) =>
          clock.tell(ms, () => self.process.enter(() => resolve(undefined))),
        );
      },
    };
  }
}
