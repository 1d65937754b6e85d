import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { NamedTest } from './bug.ts';
import type { SeedsReport } from './seeds.ts';

/** Seconds of processor time that a detector may take; so the machine's other load does not count. */
export const mostSeconds = 20;
/** One that takes longer by the clock hangs. */
const hangMs = 180_000;
/** Seeds that a bug is given at most. */
export const mostSeeds = 2_000;

/** What a detector has to say of a tree. */
export interface Finding {
  /** What it found wrong; undefined: nothing. */
  readonly problem: string | undefined;
  /** Of processor time. */
  readonly seconds: number;
}

/** Runs seeds until one fails, and says which. Throws where the simulator does not start. */
export async function runSeeds(
  root: string,
  { first, seeds }: { readonly first: number; readonly seeds: number },
): Promise<Finding & { readonly seed: number | undefined; readonly ran: number }> {
  const report = join(root, 'seeds-report.json');
  rmSync(report, { force: true });
  const args = ['--seed', `${first}`, '--seeds', `${seeds}`, '--report', report];
  const { seconds, output } = await run(root, ['e2e/mutants/seeds.ts', ...args]);
  const found = readReport(report, output) as SeedsReport;
  const problem = found.problems[0];
  return { problem, seed: problem === undefined ? undefined : found.last, ran: found.ran, seconds };
}

interface JestReport {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Runs one test. Throws where it does not run at all: that catches nothing. */
export async function runTest(root: string, { file, name }: NamedTest): Promise<Finding> {
  const report = join(root, 'jest-report.json');
  rmSync(report, { force: true });
  const pattern = `^${name.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)}$`;
  const { seconds, output } = await run(root, [
    ...['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--runInBand'],
    ...['--json', '--outputFile', report, '--testNamePattern', pattern],
    ...['--runTestsByPath', file],
  ]);
  const { testResults } = readReport(report, output) as JestReport;
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  const named = results.filter(({ fullName, status }) => fullName === name && status !== 'pending');
  if (named.length === 0) {
    const message = testResults[0]?.message ?? '';
    throw new Error(`${file} has run no test "${name}" ${message}`.trimEnd());
  }
  const failed = named.find(({ status }) => status !== 'passed');
  const problem = failed && (failed.failureMessages[0] ?? failed.status);
  return { problem, seconds };
}

function readReport(path: string, output: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch (cause) {
    throw new Error(`no report: ${output.slice(-2_000)}`, { cause });
  }
}

interface Ran {
  readonly seconds: number;
  readonly output: string;
}

/** Runs Node.js in a process group of its own, of which nothing outlives it. */
function run(root: string, args: readonly string[]): Promise<Ran> {
  const node = [process.execPath, '--no-warnings', '--import', './e2e/mutants/meter.ts'];
  // The kernel's limit holds in a loop that never yields, too.
  const limited = `ulimit -t ${mostSeconds}; exec "$0" "$@"`;
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', limited, ...node, ...args], {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, MUTANTS_MOST_SECONDS: `${mostSeconds}` },
    });
    const end = () => {
      try {
        process.kill(-(child.pid ?? 0), 'SIGKILL');
      } catch {
        // The group has ended.
      }
    };
    const timer = setTimeout(end, hangMs);
    process.prependOnceListener('exit', end);
    let [output, measured] = ['', ''];
    const [, stdout, stderr, meter] = child.stdio;
    stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
    stderr?.setEncoding('utf8').on('data', (text: string) => (output += text));
    if (meter !== null && meter !== undefined && 'setEncoding' in meter) {
      meter.setEncoding('utf8').on('data', (text: string) => (measured += text));
    }
    child.once('close', () => {
      clearTimeout(timer);
      end();
      process.off('exit', end);
      resolve({ seconds: Number(measured === '' ? mostSeconds : measured), output });
    });
  });
}
