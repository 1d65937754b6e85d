import { settle } from '@mapreduce/service/virtual';
import { verifyOutput } from '@mapreduce/storage';
import { endFaults } from './check-end.ts';
import { differences } from './check-output.ts';
import { Acknowledged } from './checks/acknowledged.ts';
import { checkAttempts } from './checks/bounds.ts';
import { CommitWatch } from './checks/commit-watch.ts';
import { History } from './checks/history.ts';
import { Cluster } from './cluster.ts';
import { CoordinatorHost } from './coordinator-host.ts';
import { healedAt, strike, type Fault, type FaultKind } from './faults/fault.ts';
import {
  drawScenario,
  inputDirectory,
  outputDirectory,
  type Scenario,
  type ScenarioOverrides,
} from './scenario.ts';
import { WorkerHost } from './worker-host.ts';
import { drawLotsAnew } from './workload/programs.ts';
import { Network } from './world/network.ts';
import { World, type Computing } from './world/world.ts';

/** Once the last fault is healed, a job of this size must end within so long. */
const patienceMs = 120_000;
/** How long the world goes on after the job's end and the last fault. */
const aftermathMs = 3_000;
/** Timers that may fire: a job of this size needs a few thousand. */
const maxSteps = 400_000;

/** What became of one seed. */
export interface SeedResult {
  readonly seed: number;
  readonly scenario: Scenario;
  /** What was wrong, in plain words; empty when all was right. */
  readonly problems: readonly string[];
  /** Faults that struck while the job ran: those that changed what happened. */
  readonly fired: readonly FaultKind[];
  /** Hash of the event log: the same for each run of a seed. */
  readonly hash: string;
  readonly events: number;
  /** Timers that fired: what the run's own time goes by. */
  readonly steps: number;
  /** Virtual milliseconds that the job took, and of them those after the last fault was healed. */
  readonly elapsedMs: number;
  readonly afterHealMs: number;
  /** Leases of the task that was leased most often. */
  readonly mostLeases: number;
  /** How the job ended; nothing where it did not. */
  readonly end: string | undefined;
  /** The last events, for whoever looks into a failure. */
  readonly tail: readonly string[];
}

/** Runs one seed: a whole cluster, a job on it, and what goes wrong. */
export async function simulate(
  seed: number,
  computing: Computing,
  overrides?: ScenarioOverrides,
  arrange?: (cluster: Cluster) => void,
): Promise<SeedResult> {
  const run = new Run(drawScenario(seed, overrides), computing);
  arrange?.(run.cluster);
  return run.toTheEnd();
}

class Run {
  readonly cluster: Cluster;
  readonly #scenario: Scenario;
  readonly #world: World;
  readonly #history = new History();
  readonly #commits: CommitWatch;
  readonly #fired = new Set<Fault>();
  #elapsedMs: number | undefined;
  #steps = 0;

  constructor(scenario: Scenario, computing: Computing) {
    this.#scenario = scenario;
    const world = new World(scenario.seed, computing);
    drawLotsAnew();
    this.#world = world;
    const history = this.#history;
    const network = new Network(world, scenario.weather);
    const acknowledged = new Acknowledged(history);
    const coordinator = new CoordinatorHost({ world, network, scenario, history, acknowledged });
    const workers = Array.from({ length: scenario.workers }, (_, index) => {
      const { address } = coordinator;
      const isOver = () => coordinator.outcome !== undefined;
      return new WorkerHost({ world, network, scenario, index, coordinator: address, isOver });
    });
    coordinator.onStateLost = () => {
      for (const worker of workers) worker.revive();
    };
    this.#commits = new CommitWatch(world, history);
    const onPowerLoss = () => this.#commits.losePower();
    this.cluster = new Cluster({ world, network, coordinator, workers, onPowerLoss });
  }

  async toTheEnd(): Promise<SeedResult> {
    const { clock, log } = this.#world;
    this.#writeInputs();
    const { coordinator, workers } = this.cluster;
    coordinator.boot();
    for (const worker of workers) worker.boot();
    for (const fault of this.#scenario.faults) {
      clock.after(fault.at, () => this.#strike(fault));
    }
    const { cancelAt } = this.#scenario;
    if (cancelAt !== undefined) clock.after(cancelAt, () => void this.cluster.operator.cancel());
    const problems = await this.#advance();
    if (problems.length === 0) problems.push(...(await this.#check()));
    const elapsedMs = this.#elapsedMs ?? clock.now();
    return {
      seed: this.#scenario.seed,
      scenario: this.#scenario,
      problems: [...problems, ...this.#history.problems],
      fired: [...this.#fired].map(({ kind }) => kind),
      tail: log.tail,
      events: log.count,
      hash: log.finish(),
      steps: this.#steps,
      elapsedMs,
      afterHealMs: Math.max(0, elapsedMs - this.#healed),
      mostLeases: this.#history.mostLeases,
      end: this.cluster.coordinator.outcome?.split(':', 1)[0],
    };
  }

  get #healed(): number {
    const { cancelAt = 0, faults } = this.#scenario;
    return Math.max(cancelAt, ...faults.map(healedAt));
  }

  /** Lets the job run, and the world a little longer; returns what went wrong, if anything. */
  async #advance(): Promise<string[]> {
    const { clock } = this.#world;
    const { coordinator } = this.cluster;
    let end = this.#healed + patienceMs;
    await settle();
    while ((clock.next ?? Infinity) <= end) {
      clock.fireNext();
      await settle();
      this.#steps += 1;
      if (this.#steps > maxSteps) {
        return [`the world has not come to rest after ${maxSteps} steps`];
      }
      if (this.#elapsedMs === undefined && coordinator.outcome !== undefined) {
        this.#elapsedMs = clock.now();
        // What comes late must change nothing.
        end = Math.max(clock.now(), this.#healed) + aftermathMs;
      }
    }
    if (this.#elapsedMs !== undefined) return [];
    return [
      clock.next === undefined
        ? 'nothing is left to happen, and the job has not ended'
        : `the job has not ended ${patienceMs} ms after the last fault`,
    ];
  }

  async #check(): Promise<string[]> {
    const { program, inputs, settings, faults } = this.#scenario;
    const { coordinator, workers } = this.cluster;
    const world = this.#world;
    checkAttempts(this.#history, faults.length);
    const errors = [...coordinator.errors, ...workers.flatMap(({ errors }) => errors)];
    const { outcome = '' } = coordinator;
    errors.push(...(await endFaults(world, this.#scenario, outcome, this.#commits)));
    if (outcome !== 'succeeded') return errors;
    this.#commits.check();
    const expected = { program, inputs, reducers: settings.reducers };
    const { findings } = await verifyOutput(
      world.disk.async,
      world.computing.digest,
      outputDirectory,
    );
    return [...errors, ...(await differences(world, outputDirectory, expected)), ...findings];
  }

  #writeInputs(): void {
    const { sync } = this.#world.disk;
    this.#world.mount(inputDirectory);
    for (const { name, text } of this.#scenario.inputs) {
      const file = sync.create(name);
      file.append(new TextEncoder().encode(text));
      file.fsync();
      file.close();
    }
    sync.fsyncDirectory(inputDirectory);
  }

  #strike(fault: Fault): void {
    const { log } = this.#world;
    if (this.cluster.coordinator.outcome !== undefined) {
      log.add('world', `${fault.kind} comes too late`);
      return;
    }
    log.add('world', `${fault.kind}: ${JSON.stringify(fault)}`);
    strike(fault, this.cluster, () => {
      if (this.cluster.coordinator.outcome === undefined) this.#fired.add(fault);
    });
  }
}
