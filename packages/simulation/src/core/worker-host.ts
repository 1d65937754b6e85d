import { Supervisor } from '@mapreduce/worker';
import { SimulatedSpawn } from './executor/spawn.ts';
import { quietLog } from './quiet-log.ts';
import type { Scenario } from './scenario.ts';
import { diskOf } from './world/disk.ts';
import type { Network } from './world/network.ts';
import { noWeb } from './world/no-web.ts';
import { SimulatedProcess } from './world/process.ts';
import type { World } from './world/world.ts';

/** Between the end of a worker's process and the start of the next one, where nothing else says. */
const respawnMs = 100;

export interface WorkerHostOptions {
  readonly world: World;
  readonly network: Network;
  readonly scenario: Scenario;
  readonly index: number;
  /** The coordinator's address. */
  readonly coordinator: string;
}

/** A host with one worker on it: whatever ends the worker, the host starts another one. */
export class WorkerHost {
  readonly #options: WorkerHostOptions;
  readonly #name: string;
  readonly #address: string;
  #process: SimulatedProcess | undefined;
  #boots = 0;
  /** Workers that ended by an error of theirs. */
  readonly errors: string[] = [];
  /** Whether the last worker has seen the job's end. */
  hasEnded = false;

  constructor(options: WorkerHostOptions) {
    this.#options = options;
    this.#name = `worker-${options.index}`;
    // The same at each boot: only the incarnation tells one from the next.
    this.#address = `http://${this.#name}:7000`;
  }

  get isUp(): boolean {
    return this.#process !== undefined && !this.#process.isDead;
  }

  boot(): void {
    const { world, network, scenario, coordinator } = this.#options;
    this.#boots += 1;
    const process = new SimulatedProcess(`${this.#name}/${this.#boots}`);
    this.#process = process;
    world.log.add(process.name, 'boots');
    const random = world.random.fork();
    const ports = {
      clock: world.clockOf(process),
      random: random.fork(),
      transport: network.transportOf(process),
      disk: diskOf(world, process, random.fork()),
      spawn: new SimulatedSpawn({
        world,
        process,
        random: random.fork(),
        longestTaskMs: scenario.longestTaskMs,
        sourcesOf: (executor) => ({
          disk: diskOf(world, executor, random.fork()),
          transport: network.transportOf(executor),
          coordinator,
          web: noWeb,
        }),
      }),
      ...world.computing,
      log: quietLog,
    };
    const directory = `/${this.#name}/scratch-${this.#boots}`;
    const { slots } = scenario;
    const worker = new Supervisor(ports, {
      coordinator,
      address: this.#address,
      directory,
      slots,
      token: '',
    });
    network.listen(this.#address, { process, bulk: { segments: worker.segments } });
    worker.run(new AbortController().signal).then(
      (end) => {
        this.hasEnded = true;
        this.#exit(process, end);
      },
      (error: unknown) => {
        this.errors.push(`${process.name}: ${String(error)}`);
        this.#exit(process, String(error));
        world.clock.after(respawnMs, () => this.boot());
      },
    );
  }

  /** Kills the worker; with the power goes what the disk had not synced. Another boots later. */
  crash({ powerCut, downMs }: { readonly powerCut: boolean; readonly downMs: number }): void {
    const { world } = this.#options;
    this.#process?.kill();
    if (powerCut) world.disk.crash(`/${this.#name}`);
    world.clock.after(downMs, () => this.boot());
  }

  #exit(process: SimulatedProcess, how: string): void {
    this.#options.world.log.add(process.name, `exits: ${how}`);
    process.kill();
  }
}
