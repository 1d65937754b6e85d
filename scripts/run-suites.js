/**
 * Runs the test suites one after the other and closes with `N passed, N failed`. A suite that ran
 * fewer tests than suites.json plans, or took longer than its budget, has failed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { whyNot } from '../e2e/cluster/bring-up/requirements.js';
import { root } from './ensure.js';
import { runCheck, runJest, runProgram } from './suites.js';

/**
 * @typedef {import('./suites.js').Counts} Counts
 * @typedef {{
 *   suites: Record<string, { minimum: number }>,
 *   budgets: { suites: string[], seconds: number }[],
 * }} Plan
 */

/** @type {Plan} */
const plan = JSON.parse(readFileSync(join(root, 'scripts/suites.json'), 'utf8'));

/** @typedef {(deadline: number, minimum: number) => Promise<Counts>} Runner */

/** @type {Map<string, Runner>} */
const runners = new Map([
  ['check', runCheck],
  ['unit', (deadline) => runJest('jest.config.js', deadline)],
  ['e2e', (deadline) => runJest('jest.e2e.config.js', deadline)],
  ['simulation', programSuite('packages/simulation/src/main.ts', '--seeds')],
  [
    'exhaustive',
    (deadline) => runProgram(['packages/simulation/src/main.ts', '--exhaustive'], deadline),
  ],
  ['integrity', programSuite('e2e/soak/integrity/main.ts', '--flips')],
  ['fuzz', programSuite('e2e/soak/fuzz/main.ts', '--requests')],
  ['leak', programSuite('e2e/soak/leak/main.ts', '--runs')],
  // Its cases are fixed: all of them run.
  ['chaos', (deadline) => runProgram(['e2e/chaos/main.ts'], deadline)],
  ['cluster', (deadline) => runProgram(['e2e/cluster/main.ts'], deadline)],
]);

/** Why a suite cannot run on this machine, by its name. */
const requirements = new Map([['cluster', whyNot]]);

/**
 * A program that is told by a flag how many tests to run: as many as are planned.
 * @param {string} file
 * @param {string} flag
 * @returns {Runner}
 */
function programSuite(file, flag) {
  return (deadline, minimum) => runProgram([file, flag, `${minimum}`], deadline);
}

/** Seconds that the suites of one budget have used so far. */
const spent = plan.budgets.map(() => 0);

/**
 * @param {string} name
 * @param {Runner} runner
 */
async function runSuite(name, runner) {
  const minimum = plan.suites[name]?.minimum ?? 1;
  const budget = plan.budgets.findIndex(({ suites }) => suites.includes(name));
  const left = (plan.budgets[budget]?.seconds ?? 0) - (spent[budget] ?? 0);
  process.stdout.write(`\n${name}:\n`);
  const start = performance.now();
  const counts = await runner(start + left * 1000, minimum);
  const seconds = (performance.now() - start) / 1000;
  spent[budget] = (spent[budget] ?? 0) + seconds;

  const { passed, faults } = counts;
  if (seconds > left) faults.push(`used up the ${left.toFixed(0)} s of its budget`);
  const ran = passed + counts.failed;
  if (ran < minimum) faults.push(`ran ${ran} tests, and at least ${minimum} are planned`);
  // A suite that is broken as a whole must show in the closing line too.
  const failed = counts.failed === 0 && faults.length > 0 ? 1 : counts.failed;
  return { name, passed, failed, faults, seconds };
}

/**
 * Leaves out what this machine cannot run, and says so. In CI every suite has to run.
 * @param {string} name
 */
function isLeftOut(name) {
  const reason = requirements.get(name)?.();
  if (reason === undefined || (process.env['CI'] ?? '') !== '') return false;
  leftOut.push(`${name.padEnd(12)}left out: ${reason}`);
  return true;
}

/** @returns {[string, Runner][]} */
function chosenSuites() {
  const { values } = parseArgs({ options: { suite: { type: 'string', multiple: true } } });
  return (values.suite ?? [...runners.keys()]).map((name) => {
    const runner = runners.get(name);
    if (runner !== undefined) return [name, runner];
    throw new Error(`there is no suite ${name}: there are ${[...runners.keys()].join(', ')}`);
  });
}

/** @type {[string, Runner][]} */
let suites = [];
try {
  suites = chosenSuites();
} catch (error) {
  process.stderr.write(`error: ${/** @type {Error} */ (error).message}\n`);
  process.exit(2);
}

const results = [];
/** @type {string[]} */
const leftOut = [];
for (const [name, runner] of suites) {
  if (!isLeftOut(name)) results.push(await runSuite(name, runner));
}

process.stdout.write('\n');
for (const { name, passed, failed, faults, seconds } of results) {
  const counts = `${passed} passed, ${failed} failed`;
  process.stdout.write(`${name.padEnd(12)}${counts.padEnd(28)}${seconds.toFixed(1)} s\n`);
  for (const fault of faults) process.stdout.write(`${''.padEnd(12)}${fault}\n`);
}
for (const line of leftOut) process.stdout.write(`${line}\n`);
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
if (failed > 0) process.exitCode = 1;
