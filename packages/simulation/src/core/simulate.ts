import { CoordinatorHost } from './coordinator-host.ts';
import type { Fault, FaultKind } from './faults/fault.ts';
import { differences } from './check-output.ts';
import {
  drawScenario,
  inputDirectory,
  outputDirectory,
  type Scenario,
  type ScenarioOverrides,
} from './scenario.ts';
import { WorkerHost } from './worker-host.ts';
import { settle } from '@mapreduce/service/virtual';
import { Network } from './world/network.ts';
import { World, type Computing } from './world/world.ts';

/** Once the last fault is healed, a job of this size must end within so long. */
const patienceMs = 120_000;
/** How long the world goes on after the job's end. */
const aftermathMs = 3_000;
/** Timers that may fire: a job of this size needs a few thousand. */
const maxSteps = 200_000;

/** What became of one seed. */
export interface SeedResult {
  readonly seed: number;
  readonly scenario: Scenario;
  /** What was wrong, in plain words; empty when all was right. */
  readonly problems: readonly string[];
  /** Faults that struck while the job ran. */
  readonly fired: readonly FaultKind[];
  /** Hash of the event log: the same for each run of a seed. */
  readonly hash: string;
  readonly events: number;
  /** Virtual milliseconds that the job took. */
  readonly elapsedMs: number;
  /** The last events, for whoever looks into a failure. */
  readonly tail: readonly string[];
}

/** Runs one seed: a whole cluster, a job on it, and what goes wrong. */
export async function simulate(
  seed: number,
  computing: Computing,
  overrides?: ScenarioOverrides,
): Promise<SeedResult> {
  const run = new Run(drawScenario(seed, overrides), computing);
  return run.toTheEnd();
}

class Run {
  readonly #scenario: Scenario;
  readonly #world: World;
  readonly #network: Network;
  readonly #coordinator: CoordinatorHost;
  readonly #workers: readonly WorkerHost[];
  readonly #fired: FaultKind[] = [];
  #elapsedMs: number | undefined;

  constructor(scenario: Scenario, computing: Computing) {
    this.#scenario = scenario;
    const world = new World(scenario.seed, computing);
    this.#world = world;
    this.#network = new Network(world, scenario.weather);
    this.#coordinator = new CoordinatorHost({ world, network: this.#network, scenario });
    this.#workers = Array.from({ length: scenario.workers }, (_, index) => {
      const coordinator = this.#coordinator.address;
      return new WorkerHost({ world, network: this.#network, scenario, index, coordinator });
    });
  }

  async toTheEnd(): Promise<SeedResult> {
    const world = this.#world;
    this.#writeInputs();
    this.#coordinator.boot();
    for (const worker of this.#workers) worker.boot();
    for (const fault of this.#scenario.faults) {
      world.clock.after(fault.at, () => this.#strike(fault));
    }
    const problems = await this.#advance();
    if (problems.length === 0) problems.push(...(await this.#check()));
    return {
      seed: this.#scenario.seed,
      scenario: this.#scenario,
      problems,
      fired: this.#fired,
      tail: world.log.tail,
      events: world.log.count,
      hash: world.log.finish(),
      elapsedMs: this.#elapsedMs ?? world.clock.now(),
    };
  }

  /** Lets the job run, and the world a little longer; returns what went wrong, if anything. */
  async #advance(): Promise<string[]> {
    const { clock } = this.#world;
    const healed = Math.max(0, ...this.#scenario.faults.map((fault) => fault.at + fault.downMs));
    let end = healed + patienceMs;
    let steps = 0;
    await settle();
    while ((clock.next ?? Infinity) <= end) {
      clock.fireNext();
      await settle();
      steps += 1;
      if (steps > maxSteps) return [`the world has not come to rest after ${maxSteps} steps`];
      if (this.#elapsedMs === undefined && this.#coordinator.outcome !== undefined) {
        this.#elapsedMs = clock.now();
        // What comes late must change nothing.
        end = clock.now() + aftermathMs;
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
    const { program, inputs, settings } = this.#scenario;
    const errors = [...this.#coordinator.errors, ...this.#workers.flatMap(({ errors }) => errors)];
    const outcome = this.#coordinator.outcome;
    if (outcome !== 'succeeded') return [`the job ended: ${outcome ?? ''}`, ...errors];
    const expected = { program, inputs, reducers: settings.reducers };
    return [...errors, ...(await differences(this.#world, outputDirectory, expected))];
  }

  #writeInputs(): void {
    const { sync } = this.#world.disk;
    sync.makeDirectory(inputDirectory);
    for (const { name, text } of this.#scenario.inputs) {
      const file = sync.create(name);
      file.append(new TextEncoder().encode(text));
      file.close();
    }
  }

  #strike(fault: Fault): void {
    const { log } = this.#world;
    const worker = this.#workers[fault.worker];
    if (this.#coordinator.outcome !== undefined || worker?.isUp !== true) {
      log.add('world', `${fault.kind} comes too late`);
      return;
    }
    log.add('world', `${fault.kind} strikes worker ${fault.worker}`);
    this.#fired.push(fault.kind);
    worker.crash(fault);
  }
}
