import { Coordinator } from '@mapreduce/coordinator';
import type { AttemptId, CoordinatorConfig, Handlers } from '@mapreduce/protocol';
import type { SchedulerState } from '@mapreduce/scheduler';
import type { Disk } from '@mapreduce/service';
import type { Acknowledged, Life } from './checks/acknowledged.ts';
import type { History } from './checks/history.ts';
import { LeaseRules } from './checks/lease-rules.ts';
import { MemoryRules } from './checks/memory-rules.ts';
import { TimeRules } from './checks/time-rules.ts';
import { isExpected } from './expected-error.ts';
import { quietLog } from './quiet-log.ts';
import { inputDirectory, outputDirectory, type Scenario } from './scenario.ts';
import { diskOf } from './world/disk.ts';
import type { Network } from './world/network.ts';
import { noWeb } from './world/no-web.ts';
import { SimulatedProcess } from './world/process.ts';
import type { World } from './world/world.ts';

/** Between the end of a coordinator's process and the start of the next one, where nothing says. */
const respawnMs = 200;

export interface CoordinatorHostOptions {
  readonly world: World;
  readonly network: Network;
  readonly scenario: Scenario;
  readonly history: History;
  readonly acknowledged: Acknowledged;
}

/** The host of the coordinator: whatever ends its process, it starts another one. */
export class CoordinatorHost {
  readonly address = 'http://coordinator:7000';
  readonly #options: CoordinatorHostOptions;
  readonly #processes = new Set<SimulatedProcess>();
  readonly #times = new WeakMap<SimulatedProcess, TimeRules>();
  #boots = 0;
  #generation = 1;
  #states = 1;
  /** The last life that began a journal in the state directory, and the file. */
  #life: Life | undefined;
  #journal = '';
  /** The life whose file is being created at the moment. */
  #creating: Life | undefined;
  /** How the job ended: its state, and the error's message if there is one. */
  outcome: string | undefined;
  /** The scheduler of the coordinator that ended it. */
  endState: SchedulerState | undefined;
  /** Registrations that any coordinator was sent. */
  registrations = 0;
  /** Addresses that workers have ever registered from. */
  readonly met = new Set<string>();
  /** Workers that it was told are gone while it took them for alive. */
  givenUp = 0;
  /** Told of each completion that is accepted, before its worker is. */
  onAccepted: ((attempt: AttemptId) => void) | undefined;
  /** Told when all that the coordinator had written down is lost. */
  onStateLost: (() => void) | undefined;
  /** What went wrong in the coordinator itself. */
  readonly errors: string[] = [];

  constructor(options: CoordinatorHostOptions) {
    this.#options = options;
    this.#makeState();
    options.world.diskConditions.add({
      after: (operation, path) => {
        if (operation === 'create' && this.#creating !== undefined) {
          options.acknowledged.succeed(this.#creating, this.#life);
          this.#life = this.#creating;
          this.#journal = path;
        } else if (operation === 'remove' && path === this.#journal) {
          // It could not be begun after all.
          this.#life = this.#life?.before;
        }
      },
    });
  }

  /** Starts a coordinator beside those that run. */
  boot(): void {
    const { world, network, scenario, acknowledged, history } = this.#options;
    this.#boots += 1;
    const process = new SimulatedProcess(`coordinator/${this.#boots}`);
    this.#processes.add(process);
    process.onDeath(() => this.#processes.delete(process));
    world.log.add(process.name, 'boots');
    const life = acknowledged.boot(process.name);
    const times = new TimeRules(history);
    const memory = new MemoryRules(history, () => this.registrations);
    const rules = [new LeaseRules(history), times, memory];
    this.#times.set(process, times);
    const random = world.random.fork();
    const ports = {
      clock: world.clockOf(process),
      random: random.fork(),
      disk: this.#watchedDisk(diskOf(world, process, random.fork()), life),
      web: noWeb,
      ...world.computing,
      log: quietLog,
      onStep: (...step: Parameters<LeaseRules['observe']>) => {
        for (const rule of rules) rule.observe(...step);
        acknowledged.step(life, ...step);
      },
    };
    const broke = (what: string, error: unknown) => {
      if (process.isDead) return;
      world.log.add(process.name, `${what}: ${String(error)}`);
      if (!isExpected(error, scenario))
        this.errors.push(`${process.name}: ${what}: ${String(error)}`);
      process.kill();
      this.#bootAfter(respawnMs);
    };
    Coordinator.start(this.#config(), ports, (error) => broke('the journal failed', error))
      .then(async (coordinator) => {
        memory.remembered = () => coordinator.remembered;
        network.listen(this.address, {
          process,
          handlers: this.#watched(coordinator, process, life),
          bulk: coordinator.bulk,
          onHangUp: (route, request) => {
            if (route === 'lease') coordinator.withdraw(request as never);
          },
        });
        void comparedBy(coordinator).then((known) => acknowledged.lists(life, known));
        const end = await coordinator.ended;
        if (process.isDead || this.outcome !== undefined) return;
        this.outcome = [end.state, end.error?.cause.message].filter(Boolean).join(': ');
        this.endState = life.state;
        acknowledged.told(life, end.state);
        world.log.add(process.name, `ends the job: ${this.outcome}`);
      })
      .catch((error: unknown) => broke('the coordinator broke', error));
  }

  /** SIGKILL of all that runs here; false where nothing did. */
  crash({
    downMs,
    keepsState,
    keepsGeneration = false,
  }: {
    readonly downMs: number;
    readonly keepsState: boolean;
    readonly keepsGeneration?: boolean | undefined;
  }): boolean {
    const running = [...this.#processes];
    for (const process of running) process.kill();
    if (running.length > 0) {
      if (!keepsState) {
        // An output that is finished would be, for a first generation, that of a job before.
        if (!keepsGeneration || this.#isFinished) this.#generation += 1;
        this.#states += 1;
        this.#life = undefined;
        this.#makeState();
        this.onStateLost?.();
      }
      this.#bootAfter(downMs);
    }
    return running.length > 0;
  }

  /** SIGSTOP of the coordinator for so long. */
  pause(ms: number): boolean {
    const { world } = this.#options;
    const [process] = this.#processes;
    if (process === undefined || process.isStopped) return false;
    process.stop();
    this.#times.get(process)?.stoodStill(ms);
    world.clock.after(ms, () => world.resume(process));
    return true;
  }

  /** Starts another coordinator beside the one that runs, which ends after a while. */
  duplicate(how: {
    readonly pausedMs: number;
    readonly turnMs: number;
    readonly bothMs: number;
  }): boolean {
    const { world, network } = this.#options;
    const [first] = this.#processes;
    if (first === undefined || this.#processes.size > 1) return false;
    if (how.pausedMs > 0) this.pause(how.pausedMs);
    network.turnMs = how.turnMs;
    this.boot();
    world.clock.after(how.pausedMs + how.bothMs, () => {
      first.kill();
      this.#bootAfter(0);
    });
    return true;
  }

  #bootAfter(ms: number): void {
    this.#options.world.clock.after(ms, () => {
      if (this.#processes.size === 0 && this.outcome === undefined) this.boot();
    });
  }

  /** A state directory: a volume that is mounted, whatever happens. */
  #makeState(): void {
    this.#options.world.mount(this.#stateDirectory);
  }

  get #stateDirectory(): string {
    return `/coordinator/state-${this.#states}`;
  }

  get #isFinished(): boolean {
    return this.#options.world.disk.files().includes(`${outputDirectory}/_SUCCESS`);
  }

  /** The order in which journals are begun is that of lives, whichever process started first. */
  #watchedDisk(disk: Disk, life: Life): Disk {
    return {
      ...disk,
      create: (path) => {
        if (path.startsWith(this.#stateDirectory)) this.#creating = life;
        const created = disk.create(path);
        this.#creating = undefined;
        return created;
      },
    };
  }

  /** The coordinator's handlers; what they answer is taken note of. */
  #watched(coordinator: Coordinator, process: SimulatedProcess, life: Life): Handlers {
    // Handlers are properties of its own.
    const handlers = Object.fromEntries(Object.entries(coordinator)) as unknown as Handlers;
    return {
      ...handlers,
      register: (request) => {
        this.registrations += 1;
        this.met.add(request.address);
        return coordinator.register(request);
      },
      lostWorkers: async (request) => {
        const before = life.state?.aliveWorkers ?? 0;
        const answer = await coordinator.lostWorkers(request);
        this.givenUp += before - (life.state?.aliveWorkers ?? 0);
        return answer;
      },
      hold: async (request) => {
        const answer = await coordinator.hold(request);
        const maps = request.held.map(({ map }) => map);
        if (!process.isDead) this.#options.acknowledged.held(life, request.incarnation, maps);
        return answer;
      },
      audit: async (request) => {
        const answer = await coordinator.audit(request);
        const known = await comparedBy(coordinator);
        if (!process.isDead) this.#options.acknowledged.compared(life, request.attempt, known);
        return answer;
      },
      cancel: async (request) => {
        const answer = await coordinator.cancel(request);
        if (!process.isDead) this.#acknowledgeEnd(life);
        return answer;
      },
      heartbeat: async (request) => {
        const answer = await coordinator.heartbeat(request);
        if (answer.ended && !process.isDead) this.#acknowledgeEnd(life);
        return answer;
      },
      complete: async (request) => {
        const answer = await coordinator.complete(request);
        if (answer.accepted && !process.isDead) {
          this.#options.acknowledged.accepted(life, request.attempt);
          this.onAccepted?.(request.attempt);
        }
        return answer;
      },
    };
  }

  #acknowledgeEnd(life: Life): void {
    const { acknowledged, world } = this.#options;
    if (life.end !== undefined) return;
    const hasSuccess = world.disk.files('/shared').includes(`${outputDirectory}/_SUCCESS`);
    acknowledged.ended(life, hasSuccess);
  }

  #config(): CoordinatorConfig {
    const { settings, inputsShared, sink } = this.#options.scenario;
    return {
      job: settings,
      inputs: [{ kind: 'path', path: inputDirectory, shared: inputsShared }],
      output: { kind: sink, directory: outputDirectory, overwrite: false },
      listen: { host: 'coordinator', port: 7_000 },
      tokens: { control: '', worker: '' },
      stateDirectory: this.#stateDirectory,
      generation: this.#generation,
      lingerMs: 0,
    };
  }
}

/** Attempts whose outputs were compared with a former one of the map, as the status lists them. */
async function comparedBy(coordinator: Coordinator): Promise<AttemptId[]> {
  const { audits } = await coordinator.status({ after: 0, waitMs: 0 });
  return audits?.first.map(({ other }) => other) ?? [];
}
