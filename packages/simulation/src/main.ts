import { parseArgs } from 'node:util';
import { nodeCodec, nodeDigest } from '@mapreduce/service/node';
import { simulate, type SeedResult } from './core/simulate.ts';
import { SummaryBuilder, type Summary } from './core/summary.ts';

/*
 * npm run simulate -- --seeds N [--seed FIRST] [--log]
 * With --seed alone it runs that seed, and prints its hash and, with --log, its last events.
 */

const computing = { codec: nodeCodec, digest: nodeDigest };

interface Wanted {
  readonly first: number;
  readonly count: number;
  readonly log: boolean;
}

function readArguments(): Wanted {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      log: { type: 'boolean', default: false },
    },
  });
  const first = wholeNumber('--seed', values.seed ?? '1', 0);
  const count = wholeNumber(
    '--seeds',
    values.seeds ?? (values.seed === undefined ? '100' : '1'),
    1,
  );
  return { first, count, log: values.log };
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new Error(`${name} ${text}: expected a whole number of at least ${least}`);
}

async function run({ first, count, log }: Wanted): Promise<Summary> {
  const summary = new SummaryBuilder(count);
  const started = performance.now();
  for (let seed = first; seed < first + count; seed += 1) {
    const result = await simulate(seed, computing);
    summary.add(result);
    if (count === 1 || result.problems.length > 0) print(result, log || count > 1);
  }
  const built = summary.build();
  const ms = (performance.now() - started) / count;
  const fired = [...built.fired].map(([kind, times]) => `${kind} ${times}`).join(', ');
  console.log(`${built.events} events, ${ms.toFixed(1)} ms a seed; faults that struck: ${fired}`);
  return built;
}

function print(
  { seed, hash, events, elapsedMs, problems, scenario, tail }: SeedResult,
  log: boolean,
) {
  const ended = problems.length === 0 ? 'right' : 'WRONG';
  console.log(`seed ${seed}: ${ended}, ${events} events, ${elapsedMs.toFixed(0)} ms, hash ${hash}`);
  for (const problem of problems) console.log(`  ${problem}`);
  if (problems.length > 0) {
    console.log(`  faults: ${JSON.stringify(scenario.faults)}`);
    console.log(`  again: npm run simulate -- --seed ${seed} --log`);
  }
  if (log)
    for (const line of tail.slice(problems.length > 0 ? -40 : -400)) console.log(`    ${line}`);
}

let wanted: Wanted | undefined;
try {
  wanted = readArguments();
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exitCode = 2;
}
if (wanted !== undefined) {
  const { passed, failed, faults } = await run(wanted);
  // One seed may well end before its fault strikes; many must not.
  const serious = wanted.count === 1 ? [] : faults;
  for (const fault of serious) console.log(`error: ${fault}`);
  console.log(
    `${passed} passed, ${failed.length + (failed.length === 0 ? serious.length : 0)} failed`,
  );
  if (failed.length > 0 || serious.length > 0) process.exitCode = 1;
}
