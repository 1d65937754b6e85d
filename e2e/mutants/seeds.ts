import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { simulate } from '@mapreduce/simulation';
import { nodeCodec, nodeDigest } from '@mapreduce/service/node';

/*
 * node e2e/mutants/seeds.ts --seed FIRST --seeds N --report FILE
 * Runs seeds until one fails, or the processor time of a detector is nearly used up.
 */

export interface SeedsReport {
  readonly ran: number;
  /** The last seed that ran. */
  readonly last: number;
  /** What was wrong with it. */
  readonly problems: readonly string[];
}

/** Kept back of the processor time: a seed that is begun ends. */
const reserveSeconds = 1;

const { values } = parseArgs({
  options: { seed: { type: 'string' }, seeds: { type: 'string' }, report: { type: 'string' } },
});
const first = Number(values.seed);
const mostSeconds = Number(process.env['MUTANTS_MOST_SECONDS']) - reserveSeconds;
const computing = { codec: nodeCodec, digest: nodeDigest };
Error.stackTraceLimit = 0;

let last = first;
function report(problems: readonly string[]): void {
  const said: SeedsReport = { ran: last - first + 1, last, problems };
  writeFileSync(values.report ?? '', JSON.stringify(said));
}

// Whatever a seed throws outside of its own course has failed it.
process.on('uncaughtException', (error) => {
  report([`uncaught: ${error.message}`]);
  process.exit(1);
});

function isTimeUp(): boolean {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000 > mostSeconds;
}

let problems: readonly string[] = [];
for (let seed = first; seed < first + Number(values.seeds) && problems.length === 0; seed += 1) {
  if (seed > first && isTimeUp()) break;
  last = seed;
  ({ problems } = await simulate(seed, computing));
}
report(problems);
