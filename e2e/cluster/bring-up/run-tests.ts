import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Cluster } from './cluster.ts';
import { root } from './step.ts';

export interface TestRun {
  /** Where jest leaves its report. */
  readonly report: string;
  readonly figures: string;
  /** Whether what takes too long for CI runs too. */
  readonly full: boolean;
  /** Patterns of test files; none means all. */
  readonly files: readonly string[];
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

/** Runs jest where the cluster can be reached. */
export async function runTests(
  cluster: Cluster,
  { report, figures, full, files }: TestRun,
): Promise<{ readonly passed: number; readonly failed: number }> {
  const jest = [
    ...[process.execPath, '--experimental-vm-modules', '--no-warnings'],
    ...[join(root, 'node_modules/jest/bin/jest.js'), '--config', 'jest.cluster.config.js'],
    ...['--runInBand', '--json', '--outputFile', report, ...files],
  ];
  const [program = '', ...args] = [...cluster.prefix, ...jest];
  const child = spawn(program, args, {
    cwd: root,
    // jest's own summary goes to standard error, its report to standard output too.
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      ...cluster.env,
      MAPREDUCE_E2E_FIGURES: figures,
      ...(full && { MAPREDUCE_E2E_FULL: '1' }),
    },
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (!existsSync(report)) throw new Error(`jest ended with ${String(code)} and wrote no report`);
  const counts = JSON.parse(readFileSync(report, 'utf8')) as Report;
  return {
    passed: counts.numPassedTests,
    failed: counts.numFailedTests + counts.numRuntimeErrorTestSuites,
  };
}
