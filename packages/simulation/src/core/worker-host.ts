import { Supervisor } from '@mapreduce/worker';
import { SimulatedSpawn } from './executor/spawn.ts';
import { isExpected } from './expected-error.ts';
import { quietLog } from './quiet-log.ts';
import type { Scenario } from './scenario.ts';
import { diskOf, syncDiskOf } from './world/disk.ts';
import type { Network } from './world/network.ts';
import { noWeb } from './world/no-web.ts';
import { SimulatedProcess } from './world/process.ts';
import type { World } from './world/world.ts';

/** What a worker that is told to leave has to do so. */
const graceMs = 20_000;
/** Between the end of a worker's process and the start of the next one, where nothing else says. */
const respawnMs = { first: 100, longest: 3_000 } as const;

export interface WorkerHostOptions {
  readonly world: World;
  readonly network: Network;
  readonly scenario: Scenario;
  readonly index: number;
  /** The coordinator's address. */
  readonly coordinator: string;
  /** Whether the job has ended, and nobody starts workers any more. */
  readonly isOver: () => boolean;
}

/** A host with one worker on it: whatever ends the worker but the job's end, the host starts another one. */
export class WorkerHost {
  /** The same at each boot: only the incarnation tells one from the next. */
  readonly address: string;
  readonly #options: WorkerHostOptions;
  readonly #name: string;
  #process: SimulatedProcess | undefined;
  #worker: Supervisor | undefined;
  #boots = 0;
  #directories = 1;
  #respawnMs: number = respawnMs.first;
  #hasHeardOfEnd = false;
  /** Until the next one starts, once the worker that is told to leave is gone. */
  #leavesFor: number | undefined;
  /** Workers that ended by an error of theirs. */
  readonly errors: string[] = [];

  constructor(options: WorkerHostOptions) {
    this.#options = options;
    this.#name = `worker-${options.index}`;
    this.address = `http://${this.#name}:7000`;
    this.#makeDirectory();
  }

  boot(): void {
    const { world, network, scenario, coordinator } = this.#options;
    this.#boots += 1;
    const process = new SimulatedProcess(`${this.#name}/${this.#boots}`);
    this.#process = process;
    this.#leavesFor = undefined;
    this.#hasHeardOfEnd = false;
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
        busyMs: scenario.busyMs,
        portsOf: (executor) => ({
          disk: syncDiskOf(world, executor),
          sources: {
            disk: diskOf(world, executor, random.fork()),
            transport: network.transportOf(executor),
            clock: world.clockOf(executor),
            coordinator,
            web: noWeb,
          },
        }),
      }),
      ...world.computing,
      log: quietLog,
    };
    const worker = new Supervisor(ports, {
      coordinator,
      address: this.address,
      directory: this.#directory,
      slots: scenario.slots,
      token: '',
    });
    this.#worker = worker;
    const { segments, output } = worker;
    network.listen(this.address, { process, bulk: { segments, output } });
    worker.run(new AbortController().signal).then(
      (end) => {
        if (process.isDead) return;
        this.#exit(process, end);
        // One that has heard of the job's end is started again by nobody.
        this.#hasHeardOfEnd = end === 'ended';
        if (this.#leavesFor !== undefined) this.#bootAfter(this.#leavesFor);
      },
      (error: unknown) => {
        if (process.isDead) return;
        if (!isExpected(error, scenario)) this.errors.push(`${process.name}: ${String(error)}`);
        this.#exit(process, String(error));
        this.#bootAfter(this.#respawnMs);
        this.#respawnMs = Math.min(2 * this.#respawnMs, respawnMs.longest);
      },
    );
  }

  /** SIGKILL; another starts after `downMs`, if that is said. False where no worker runs. */
  crash(how: { readonly downMs: number | undefined; readonly keepsDisk: boolean }): boolean {
    const process = this.#process;
    if (process === undefined || process.isDead) return false;
    process.kill();
    if (!how.keepsDisk) {
      this.#directories += 1;
      this.#makeDirectory();
    }
    if (how.downMs !== undefined) this.#bootAfter(how.downMs);
    return true;
  }

  /** SIGSTOP for so long. */
  pause(ms: number, executorsToo: boolean): boolean {
    const { world } = this.#options;
    const process = this.#process;
    if (process === undefined || process.isDead || process.isStopped) return false;
    const stopped = executorsToo ? [process, ...process.children] : [process];
    for (const each of stopped) each.stop();
    world.clock.after(ms, () => {
      for (const each of stopped) world.resume(each);
    });
    return true;
  }

  /** SIGTERM: it leaves in good order; another starts so long after it is gone. */
  drain(downMs: number): boolean {
    const process = this.#process;
    if (process === undefined || process.isDead || this.#leavesFor !== undefined) return false;
    this.#leavesFor = downMs;
    process.enter(() => this.#worker?.drain(graceMs));
    return true;
  }

  /** The job's end is forgotten with the coordinator's state: a worker that has heard of it starts again. */
  revive(): void {
    if (this.#hasHeardOfEnd) this.#bootAfter(respawnMs.longest);
  }

  #bootAfter(ms: number): void {
    this.#options.world.clock.after(ms, () => {
      if (this.#process?.isDead !== false && !this.#options.isOver()) this.boot();
    });
  }

  get #directory(): string {
    return `/${this.#name}/work-${this.#directories}`;
  }

  #makeDirectory(): void {
    this.#options.world.mount(this.#directory);
  }

  #exit(process: SimulatedProcess, how: string): void {
    this.#options.world.log.add(process.name, `exits: ${how}`);
    process.kill();
  }
}
