/** `npm run chaos`: real processes under faults, as fixed cases or at random. docs/testing.md. */
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cases } from './cases/index.ts';
import { figures } from './figures/index.ts';
import { runCases } from './run/run-cases.ts';
import { runFigures } from './run/run-figures.ts';
import { runRandom } from './run/run-random.ts';
import { canIsolate, endAll } from './run/sandbox.ts';

const USAGE = `npm run chaos -- [--case NAME]… [--jobs N]    the fixed cases, or some of them
npm run chaos -- --minutes M [--seed S]       random faults for so long
npm run chaos -- --runs N [--seed S]          so many random runs
npm run chaos -- --figure NAME… [--pairs N]   what faults cost: a disturbed run beside a calm one
npm run chaos -- --list                       the cases' names`;

class UsageError extends Error {}

function whole(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${flag} ${text}: expected a whole number`);
  return Number(text);
}

function parse() {
  const { values } = parseArgs({
    options: {
      case: { type: 'string', multiple: true },
      figure: { type: 'string', multiple: true },
      jobs: { type: 'string' },
      list: { type: 'boolean', default: false },
      minutes: { type: 'string' },
      pairs: { type: 'string', default: '3' },
      runs: { type: 'string' },
      seed: { type: 'string' },
    },
  });
  const known = new Set(cases.map(({ name }) => name));
  for (const name of values.figure ?? []) {
    if (!figures.some((figure) => figure.name === name)) {
      const names = figures.map((figure) => figure.name).join(', ');
      throw new UsageError(`there is no figure ${name}: there are ${names}`);
    }
  }
  for (const name of values.case ?? []) {
    if (!known.has(name)) throw new UsageError(`there is no case ${name}; --list names them`);
  }
  return {
    ...values,
    jobs: whole('jobs', values.jobs),
    pairs: whole('pairs', values.pairs) ?? 3,
    minutes: whole('minutes', values.minutes),
    runs: whole('runs', values.runs),
    seed: whole('seed', values.seed),
  };
}

/** Bundles the command that the runs start: the one that ships. */
function build(): void {
  const script = fileURLToPath(new URL('../../packages/cli/build.ts', import.meta.url));
  execFileSync(process.execPath, [script], { stdio: 'inherit' });
}

async function main(): Promise<void> {
  const options = parse();
  if (options.list) {
    for (const { name } of cases) console.log(name);
    return;
  }
  build();
  const isIsolated = canIsolate();
  if (!isIsolated) console.log('NO NAMESPACES: links cannot be cut here; all runs on loopback.');
  if (options.figure !== undefined) {
    await runFigures({ isIsolated, names: options.figure, pairs: options.pairs });
    return;
  }
  // Most of a run is waiting.
  const shared = { isIsolated, jobs: options.jobs ?? 2 * availableParallelism() };
  const { passed, failed } =
    options.minutes !== undefined || options.runs !== undefined
      ? await runRandom({
          ...shared,
          minutes: options.minutes,
          runs: options.runs,
          seed: options.seed,
        })
      : await runCases({ ...shared, names: options.case });
  console.log(`\n${passed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}

process.once('exit', endAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(130));
}
try {
  await main();
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  if (error instanceof UsageError) console.error(USAGE);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
