import { delayOf, fault, figure3Cases, percent, type Figure3Case } from '../figure3/cases.ts';
import type { Figure3Result } from '../figure3/run.ts';
import { scaled } from '../figure3/scenario.ts';
import { runInProcess, type Figure3Run } from './figure3-process.ts';
import type { RunnerOptions } from './options.ts';

const paperUndisturbed = 891;

/**
 * Runs Figure 3 of the MapReduce paper on so many hosts, each with as much to do as the paper's, and
 * prints it beside the paper's own numbers. `workers`: processes, each with one run at a time.
 */
export async function runFigure3Table(options: RunnerOptions): Promise<boolean> {
  const { first: seed, hosts, workers: processes } = options;
  const scenario = scaled(hosts);
  const { workers, maps, reducers } = scenario;
  console.log(`${workers} workers, ${maps} maps, ${reducers} reduces, seed ${seed}`);
  const heads = ['seconds', 'longer', 'paper', 'longer', 'started', 'backup', 'lost'];
  console.log(row(['', ...heads, 'CPU s', 'MB']));
  const cases = figure3Cases({ ...scenario, seed });
  const runs = startAll(cases, processes);
  const faults: string[] = [];
  let undisturbed: Figure3Result | undefined;
  for (const [index, each] of cases.entries()) {
    const run = await runs[index];
    if (run === undefined) continue;
    undisturbed ??= run.result;
    console.log(lineOf(each, run, undisturbed));
    const wrong = fault(each, run.result, undisturbed);
    if (wrong !== undefined) faults.push(wrong);
  }
  for (const wrong of faults) console.log(`WRONG: ${wrong}`);
  console.log(`${cases.length - faults.length} passed, ${faults.length} failed`);
  return faults.length === 0;
}

/** Each case's run, so many at a time. */
function startAll(cases: readonly Figure3Case[], processes: number): Promise<Figure3Run>[] {
  const turns: Promise<unknown>[] = Array.from({ length: processes }, () => Promise.resolve());
  return cases.map(({ scenario }, index) => {
    const run = (turns[index % processes] ?? Promise.resolve()).then(() => runInProcess(scenario));
    turns[index % processes] = run;
    return run;
  });
}

function lineOf(
  { name, paperSeconds }: Figure3Case,
  { result, cpuSeconds, peakMegabytes }: Figure3Run,
  undisturbed: Figure3Result,
): string {
  const { started, backup, lost } = result.attempts;
  const isFirst = result === undisturbed;
  return row([
    name,
    (result.elapsedMs / 1_000).toFixed(0),
    isFirst ? '' : percent(delayOf(result, undisturbed)),
    paperSeconds === undefined ? '' : `${paperSeconds}`,
    paperSeconds === undefined || isFirst ? '' : percent(paperSeconds / paperUndisturbed - 1),
    ...[started, backup, lost].map(String),
    ...[cpuSeconds, peakMegabytes].map((value) => value.toFixed(0)),
  ]);
}

function row([name = '', ...cells]: readonly string[]): string {
  return name.padEnd(50) + cells.map((cell) => cell.padStart(9)).join('');
}
