import { spawnSync } from 'node:child_process';
import type { Cache } from '../data/cache.ts';
import type { Job } from '../peers/peer.ts';
import type { Command } from './command.ts';
import { measure, type Measurement } from './measure.ts';
import { spread, type Spread } from './statistics.ts';

/** One line of a table: a command that does the workload's job. */
export interface Contender {
  readonly name: string;
  readonly title: string;
  readonly command: (job: Job) => Command;
}

export interface Contest {
  readonly contenders: readonly Contender[];
  readonly job: Pick<Job, 'inputs' | 'inputDirectory' | 'reducers'>;
  /** Throws unless the output is right. */
  readonly check: (output: string) => void;
  /** Timed rounds, after one that warms up and samples memory. */
  readonly runs: number;
}

export interface Outcome {
  readonly name: string;
  readonly title: string;
  readonly runs: number;
  readonly seconds: Spread;
  readonly cpuSeconds: number | undefined;
  readonly peakBytes: number | undefined;
}

export interface Failure {
  readonly name: string;
  readonly title: string;
  readonly failure: string;
}

const TIMEOUT_SECONDS = 900;
/** Once a contender's timed runs have taken so long, it sits out the remaining rounds. */
const PATIENCE_SECONDS = 240;

/**
 * Runs all contenders in turn, round after round, so that what changes on the machine meanwhile
 * meets all of them alike. Every output is checked and removed, and the disk is quiet when the next
 * begins. A contender that fails once is out.
 */
export async function hold(contest: Contest, cache: Cache): Promise<(Outcome | Failure)[]> {
  const entries = contest.contenders.map((contender) => new Entry(contender));
  for (let round = 0; round <= contest.runs; round += 1) {
    for (const entry of entries) {
      if (entry.failure !== undefined || entry.spentSeconds > PATIENCE_SECONDS) continue;
      process.stderr.write(`  round ${round} of ${contest.runs}: ${entry.contender.title}\n`);
      try {
        entry.add(await runOnce(entry.contender, contest, cache, round === 0));
      } catch (error) {
        entry.failure = error instanceof Error ? error.message : String(error);
        process.stderr.write(`  ${entry.contender.title}: ${entry.failure}\n`);
        process.exitCode = 1;
      }
    }
  }
  return entries.map((entry) => entry.result());
}

async function runOnce(
  { name, command }: Contender,
  { job, check }: Contest,
  cache: Cache,
  warmUp: boolean,
): Promise<Measurement> {
  await cache.fresh('run');
  const scratch = await cache.fresh('run/scratch');
  const output = cache.path('run', 'output');
  // One run must not pay for what another left to be written.
  spawnSync('sync');
  try {
    const measurement = await measure(command({ ...job, output, scratch }), {
      log: cache.path(`${name}.log`),
      sampleMemory: warmUp,
      timeoutSeconds: TIMEOUT_SECONDS,
    });
    check(output);
    return measurement;
  } finally {
    await cache.remove('run');
  }
}

class Entry {
  readonly contender: Contender;
  failure: string | undefined;
  spentSeconds = 0;
  readonly #timed: Measurement[] = [];
  #warmUp: Measurement | undefined;

  constructor(contender: Contender) {
    this.contender = contender;
  }

  add(measurement: Measurement): void {
    if (this.#warmUp === undefined) {
      this.#warmUp = measurement;
      return;
    }
    this.#timed.push(measurement);
    this.spentSeconds += measurement.seconds;
  }

  result(): Outcome | Failure {
    const { name, title } = this.contender;
    if (this.failure !== undefined) return { name, title, failure: this.failure };
    const cpu = this.#timed.map(({ cpuSeconds }) => cpuSeconds);
    return {
      name,
      title,
      runs: this.#timed.length,
      seconds: spread(this.#timed.map(({ seconds }) => seconds)),
      cpuSeconds: cpu.every((value) => value !== undefined) ? spread(cpu).median : undefined,
      peakBytes: this.#warmUp?.peakBytes,
    };
  }
}
