import { expect, test } from '@jest/globals';
import { computing } from '../runner/computing.ts';
import type { Cluster } from './cluster.ts';
import type { BusyMs } from './executor/executor.ts';
import { smallJob } from './exhaustive/small-job.ts';
import { outputDirectory } from './scenario.ts';
import { simulate } from './simulate.ts';

const workers = 3;
/** Of the job: its description, three maps, four reduces. */
const completions = 8;

/** Strikes once so many attempts are accepted. */
type Blow = (cluster: Cluster, accepted: readonly string[], worker: number) => void;

/** A worker is lost, with all that it held. */
const lose: Blow = ({ workers: hosts }, _accepted, worker) => {
  hosts[worker]?.crash({ downMs: 30, keepsDisk: false });
};

/** The data of all outputs is damaged, where nobody has read it yet; the indexes are whole. */
const damage: Blow = ({ world }, accepted) => {
  const isOutput = (path: string) =>
    path.endsWith('/data') && accepted.some((attempt) => path.includes(`/${attempt}/`));
  for (let worker = 0; worker < workers; worker += 1) {
    for (const path of world.disk.files(`/worker-${worker}`).filter(isOutput)) {
      world.disk.corrupt(path, 40, 1);
    }
  }
};

interface Outcome {
  readonly end: 'succeeded' | 'failed';
  /** Maps that count ran again, and parts that consumed a former output that is the same to them. */
  readonly reruns: number;
  readonly exceptions: number;
}

/** Reduces of the partitions with lots take longer than a map that runs again. */
const busyMs: BusyMs = (task, random) =>
  task.kind === 'reduce' && task.partition >= 2 ? 400 : 20 + 60 * random.float();

/** Runs the program that draws lots, and checks that its output is of one run of each map, or none. */
async function strike(seed: number, blow: Blow, after: number, worker: number): Promise<Outcome> {
  const usual = smallJob({ workers, busyMs });
  const { settings } = usual;
  if (settings === undefined) throw new Error('the job has settings');
  const program = { kind: 'builtin', name: 'lots' } as const;
  const overrides = {
    ...usual,
    program: 'lots' as const,
    settings: { ...settings, program, reducers: 4 },
  };
  let cluster: Cluster | undefined;
  const { problems } = await simulate(seed, computing, overrides, (it) => {
    cluster = it;
    const accepted: string[] = [];
    it.coordinator.onAccepted = (attempt) => {
      accepted.push(attempt);
      if (accepted.length === after) blow(it, accepted, worker);
    };
  });
  expect({ seed, after, worker, problems }).toMatchObject({ problems: [] });
  const { outcome } = made(cluster).coordinator;
  if (outcome !== 'succeeded') {
    expect(outcome).toMatch(
      /^failed: map \d gave other records when it ran again: .* Committed of other/,
    );
    return { end: 'failed', reruns: 0, exceptions: 0 };
  }
  const [a, b] = await Promise.all(['lot-a', 'lot-b'].map((key) => lotsOf(made(cluster), key)));
  expect(a).toMatch(/the quick brown fox-\d+/);
  expect({ seed, after, worker, lots: b }).toEqual({ seed, after, worker, lots: a });
  return { end: 'succeeded', ...(await successOf(made(cluster))) };
}

function made(cluster: Cluster | undefined): Cluster {
  if (cluster === undefined) throw new Error('nothing was simulated');
  return cluster;
}

async function read({ world }: Cluster, name: string): Promise<string> {
  return new TextDecoder().decode(await world.disk.async.read(`${outputDirectory}/${name}`));
}

/** What a key was given, in whatever part it is. */
async function lotsOf(cluster: Cluster, key: string): Promise<string | undefined> {
  const names = ['part-00000', 'part-00001', 'part-00002', 'part-00003'];
  const texts = await Promise.all(names.map((name) => read(cluster, name)));
  const lines = texts.flatMap((text) => text.split('\n'));
  return lines.find((line) => line.startsWith(`${key}\t`))?.slice(key.length);
}

async function successOf(cluster: Cluster): Promise<Pick<Outcome, 'reruns' | 'exceptions'>> {
  const { maps, parts } = JSON.parse(await read(cluster, '_SUCCESS')) as {
    maps: { attempt: string }[];
    parts: { exceptions?: unknown[] }[];
  };
  return {
    reruns: maps.filter(({ attempt }) => !attempt.endsWith('-0')).length,
    exceptions: parts.filter(({ exceptions }) => exceptions !== undefined).length,
  };
}

/** Strikes after each completion but the last ones, at each of these workers, with two seeds. */
async function strikeEverywhere(blow: Blow, targets: readonly number[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const seed of [1, 2]) {
    for (let after = 2; after < completions; after += 1) {
      for (const worker of targets) outcomes.push(await strike(seed, blow, after, worker));
    }
  }
  return outcomes;
}

const sum = (outcomes: readonly Outcome[], of: (outcome: Outcome) => number) =>
  outcomes.reduce((total, outcome) => total + of(outcome), 0);

test('whoever is lost, lots are never mixed: reduces are redone, or the job fails', async () => {
  const outcomes = await strikeEverywhere(lose, [0, 1, 2]);
  expect(sum(outcomes, ({ end }) => (end === 'failed' ? 1 : 0))).toBeGreaterThan(0);
  expect(sum(outcomes, ({ reruns }) => reruns)).toBeGreaterThan(0);
}, 60_000);

test('outputs that are still served are compared: what is the same to a part stays', async () => {
  const outcomes = await strikeEverywhere(damage, [0]);
  expect(sum(outcomes, ({ reruns }) => reruns)).toBeGreaterThan(0);
  expect(sum(outcomes, ({ exceptions }) => exceptions)).toBeGreaterThan(0);
}, 60_000);
