import type { JobSettings } from '@mapreduce/protocol';
import { SeededRandom } from '@mapreduce/service/virtual';
import { drawFaults, type Fault } from './faults/fault.ts';
import { drawText } from './workload/input-text.ts';
import type { InputText } from './workload/oracle.ts';
import { programNames, type ProgramName } from './workload/programs.ts';
import type { NetworkWeather } from './world/network.ts';

export const inputDirectory = '/shared/input';
export const outputDirectory = '/shared/output';

/** All that a seed decides before the run begins; what it decides on the way is chance in detail. */
export interface Scenario {
  readonly seed: number;
  readonly program: ProgramName;
  readonly settings: JobSettings;
  readonly inputs: readonly InputText[];
  /** Whether workers open inputs themselves or are served them. */
  readonly inputsShared: boolean;
  readonly sink: 'file' | 'volume';
  readonly workers: number;
  readonly slots: number;
  readonly weather: NetworkWeather;
  /** How long an executor is busy with a task, at most. */
  readonly longestTaskMs: number;
  readonly faults: readonly Fault[];
}

/** What may be set by hand instead of drawn. */
export type ScenarioOverrides = Partial<Pick<Scenario, 'faults' | 'workers'>>;

/** A small job on a small cluster. */
export function drawScenario(seed: number, overrides: ScenarioOverrides = {}): Scenario {
  // Not the world's own source: a scenario that draws more must not change what happens in a run.
  const random = new SeededRandom(Math.imul(seed, 0x9e3779b1) ^ 0x5cea7105);
  const program = random.pick(programNames);
  const inputs = Array.from({ length: random.integer(1, 3) }, (_, index) => ({
    name: `${inputDirectory}/${index}.txt`,
    text: drawText(random, random.integer(0, 24)),
  }));
  const longest = Math.max(1, ...inputs.map(({ text }) => text.length));
  const workers = random.integer(2, 3);
  const slots = random.integer(1, 2);
  const longestTaskMs = random.pick([5, 20, 100]);
  const faults = drawFaults(random, { workers, expectedMs: 30 + 4 * longestTaskMs });
  return {
    seed,
    program,
    settings: {
      id: `sim-${seed}`,
      program: { kind: 'builtin', name: program },
      reducers: random.integer(2, 3),
      splitSize: Math.ceil(longest / random.integer(1, 4)),
      memory: 16 * 2 ** 20,
      taskTimeoutMs: 60_000,
      format: random.pick(['binary', 'json']),
      compression: random.pick(['zstd', 'none']),
      fsync: true,
      backupTasks: random.chance(0.5),
    },
    inputs,
    inputsShared: random.chance(0.7),
    sink: random.pick(['file', 'volume']),
    workers,
    slots,
    weather: {
      minLatencyMs: 0.1,
      maxLatencyMs: random.pick([0.5, 2, 20]),
      loss: random.pick([0, 0, 0.01]),
      encoded: seed % 50 === 0,
    },
    longestTaskMs,
    faults,
    ...overrides,
  };
}
