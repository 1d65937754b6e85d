import type { JobSettings } from '@mapreduce/protocol';
import { SeededRandom } from '@mapreduce/service/virtual';
import type { BusyMs } from './executor/executor.ts';
import { drawFaults, faultKinds, type Fault, type FaultKind } from './faults/fault.ts';
import { drawText } from './workload/input-text.ts';
import type { InputText } from './workload/oracle.ts';
import { usualPrograms, type ProgramName } from './workload/programs.ts';
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
  readonly busyMs: BusyMs;
  readonly faults: readonly Fault[];
  /** When somebody asks for the job's end, in virtual milliseconds, if anybody does. */
  readonly cancelAt: number | undefined;
}

/** What may be set by hand instead of drawn. */
export type ScenarioOverrides = Partial<Omit<Scenario, 'seed'>>;

/** One seed in so many is larger than the others, and one sends messages through the schemas. */
const oneIn = 50;
/** Which of them. */
const turns = { larger: 25, encoded: 0 } as const;

/** What sets a seed apart that is larger, or sends messages through the schemas. */
export function kindOf(seed: number): 'usual' | 'larger' | 'encoded' {
  const turn = seed % oneIn;
  if (turn === turns.larger) return 'larger';
  return turn === turns.encoded ? 'encoded' : 'usual';
}

const usual = { lines: 24, splits: 9, reducers: 4, workers: 6 } as const;
const larger = { lines: 100, splits: 40, reducers: 8, workers: 12 } as const;

/** A small job on a small cluster. */
export function drawScenario(seed: number, overrides: ScenarioOverrides = {}): Scenario {
  // Not the world's own source: a scenario that draws more must not change what happens in a run.
  const random = new SeededRandom(Math.imul(seed, 0x9e3779b1) ^ 0x5cea7105);
  const size = kindOf(seed) === 'larger' ? larger : usual;
  const program = random.pick(usualPrograms);
  // At most three files, each with one split more than its size alone would give.
  const inputs = Array.from({ length: random.integer(1, 3) }, (_, index) => ({
    name: `${inputDirectory}/${index}.txt`,
    text: drawText(random, random.integer(0, size.lines)),
  }));
  const total = inputs.reduce((sum, { text }) => sum + new TextEncoder().encode(text).length, 0);
  const workers = random.integer(2, size.workers);
  const longestTaskMs = random.pick([5, 20, 100, 1_500]);
  const usualJob: Scenario = {
    seed,
    program,
    cancelAt: undefined,
    settings: {
      id: `sim-${seed}`,
      program: { kind: 'builtin', name: program },
      reducers: random.integer(1, size.reducers),
      splitSize: Math.max(1, Math.ceil(total / random.integer(1, size.splits))),
      memory: 16 * 2 ** 20,
      taskTimeoutMs: 60_000,
      skipBadRecords: program === 'picky' ? 1_000 : 0,
      format: random.pick(['binary', 'json']),
      compression: random.chance(0.2) ? 'zstd' : 'none',
      fsync: true,
      backupTasks: random.chance(0.5),
    },
    inputs,
    inputsShared: random.chance(0.7),
    sink: random.pick(['file', 'volume']),
    workers,
    slots: random.integer(1, 2),
    weather: {
      minLatencyMs: 0.1,
      maxLatencyMs: random.pick([0.5, 2, 20]),
      loss: random.pick([0, 0, 0.01]),
      encoded: kindOf(seed) === 'encoded',
    },
    busyMs: (_task, chance) => chance.float() * longestTaskMs,
    faults: overrides.faults ?? drawScenarioFaults(random, workers, longestTaskMs),
  };
  const isGiven = overrides.program !== undefined;
  return { ...usualJob, ...(!isGiven && drawTwist(usualJob, longestTaskMs)), ...overrides };
}

/** What makes some jobs end in another way than most, or give what nobody can foretell. */
function drawTwist({ seed, settings }: Scenario, longestTaskMs: number): Partial<Scenario> {
  // A source of its own: what is drawn besides stays what it was.
  const random = new SeededRandom(Math.imul(seed, 0x85ebca6b) ^ 0x3c6ef372);
  const running = (name: ProgramName) => ({
    program: name,
    settings: { ...settings, program: { kind: 'builtin' as const, name }, skipBadRecords: 0 },
  });
  switch (random.integer(0, 19)) {
    case 0:
      return running('broken');
    case 1:
      return running('picky');
    case 2:
      return running('lots');
    case 3:
      return running('dice');
    case 4:
    case 5:
      return { cancelAt: random.float() * 10 * longestTaskMs };
    default:
      return {};
  }
}

/** Kinds that make workers register anew, all at about the same time. */
const coordinatorKinds: readonly FaultKind[] = [
  'coordinatorCrash',
  'coordinatorPause',
  'coordinatorDuplicate',
  'blackout',
];

/**
 * Where disks may be full, it is the coordinator's, or that of one worker. A failure of a worker's
 * disk counts against its task, and four end the job, over two workers where there are two. So that
 * they are none but rightly survived, one worker is then spared all faults, and so is the coordinator:
 * else the worker with the full disk might for a moment be the only one that it knows. A number of workers
 * that are to stay would be that one's choice, too.
 */
function drawScenarioFaults(random: SeededRandom, workers: number, longestTaskMs: number): Fault[] {
  const all = Array.from({ length: workers }, (_, index) => index);
  const fullDisk = random.pick(['none', 'none', 'none', 'worker', 'coordinator'] as const);
  const sparesCoordinator = fullDisk === 'worker';
  return drawFaults(random, {
    workers,
    disturbed: sparesCoordinator ? all.slice(0, -1) : all,
    sparesCoordinator,
    kinds: faultKinds.filter((kind) =>
      kind === 'diskFull'
        ? fullDisk !== 'none'
        : !(sparesCoordinator && (kind === 'scaleDown' || coordinatorKinds.includes(kind))),
    ),
    expectedMs: 50 + 6 * longestTaskMs,
  });
}
