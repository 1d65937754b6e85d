/** How each suite is run, and how its tests are counted. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npm, root } from './ensure.js';

/** @typedef {{ passed: number, failed: number, faults: string[] }} Counts */

/**
 * The static checks, beside one another: each counts as one test, and one that fails does not hide the
 * others.
 * @param {number} deadline
 * @returns {Promise<Counts>}
 */
export async function runCheck(deadline) {
  /** @type {Counts} */
  const counts = { passed: 0, failed: 0, faults: [] };
  await Promise.all(
    ['check:types', 'check:lint', 'check:format'].map(async (check) => {
      const { status } = await run(npm('run', '--silent', check), deadline);
      if (status === 0) counts.passed += 1;
      else {
        counts.failed += 1;
        counts.faults.push(`npm run ${check} failed`);
      }
    }),
  );
  return counts;
}

/**
 * @param {string} config
 * @param {number} deadline
 * @returns {Promise<Counts>}
 */
export async function runJest(config, deadline) {
  const folder = mkdtempSync(join(tmpdir(), 'mapreduce-test-'));
  try {
    const report = join(folder, 'report.json');
    const jest = npm('run', '--silent', 'jest', '--', '--config', config);
    const { status } = await run([...jest, '--json', '--outputFile', report], deadline);
    if (!existsSync(report)) {
      return { passed: 0, failed: 0, faults: [`jest ended with ${status} and wrote no report`] };
    }
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } =
      /** @type {Record<'numPassedTests' | 'numFailedTests' | 'numRuntimeErrorTestSuites', number>} */ (
        JSON.parse(readFileSync(report, 'utf8'))
      );
    return {
      passed: numPassedTests,
      failed: numFailedTests + numRuntimeErrorTestSuites,
      faults: status === 0 ? [] : [`jest ended with ${status}`],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A program of Node.js alone, whose last `N passed, N failed` says how its tests ended.
 * @param {[string, ...string[]]} program its file, relative to the root, and its arguments
 * @param {number} deadline
 * @returns {Promise<Counts>}
 */
export async function runProgram([file, ...args], deadline) {
  // For suites that watch memory.
  const node = /** @type {const} */ ([process.execPath, '--expose-gc']);
  const { status, output } = await run([...node, join(root, file), ...args], deadline, true);
  const [, passed, failed] = [...output.matchAll(/(\d+) passed, (\d+) failed/g)].at(-1) ?? [];
  return {
    passed: Number(passed ?? 0),
    failed: Number(failed ?? 0),
    faults: status === 0 ? [] : [`${file} ended with ${status}`],
  };
}

/**
 * Runs a command in a process group of its own, so that at the deadline none of the processes that
 * a test has started outlives it.
 * @param {[string, ...string[]]} commandLine
 * @param {number} deadline by `performance.now()`
 * @param {boolean} capture also collect what it prints
 * @returns {Promise<{ status: number | NodeJS.Signals, output: string }>}
 */
function run([command, ...args], deadline, capture = false) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      detached: true,
      stdio: ['ignore', capture ? 'pipe' : 'inherit', 'inherit'],
    });
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text;
      process.stdout.write(text);
    });

    const timer = setTimeout(() => kill('SIGKILL'), Math.max(0, deadline - performance.now()));
    // Being in another group, the child does not hear the terminal's Ctrl-C.
    const interrupted = (/** @type {NodeJS.Signals} */ signal) => {
      kill('SIGKILL');
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    };
    const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
    for (const signal of signals) process.once(signal, interrupted);

    /** @param {NodeJS.Signals} signal */
    function kill(signal) {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, signal);
      } catch {
        // The group has ended by itself.
      }
    }
    function settle() {
      clearTimeout(timer);
      for (const signal of signals) process.off(signal, interrupted);
    }
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('close', (code, signal) => {
      settle();
      resolve({ status: code ?? signal ?? 1, output });
    });
  });
}
