import { delayOf, fault, figure3Cases, percent, type Figure3Case } from '../figure3/cases.ts';
import { runFigure3, type Figure3Result } from '../figure3/run.ts';
import { scaled } from '../figure3/scenario.ts';
import { computing } from './computing.ts';
import type { RunnerOptions } from './options.ts';

const paperUndisturbed = 891;

/**
 * Runs Figure 3 of the MapReduce paper on so many hosts, each with as much to do as the paper's, and
 * prints it beside the paper's own numbers.
 */
export async function runFigure3Table({ first: seed, hosts }: RunnerOptions): Promise<boolean> {
  const scenario = scaled(hosts);
  const { workers, maps, reducers } = scenario;
  console.log(`${workers} workers, ${maps} maps, ${reducers} reduces, seed ${seed}`);
  console.log(
    row(['', 'seconds', 'longer', 'paper', 'longer', 'started', 'backup', 'lost', 'CPU s']),
  );
  const faults: string[] = [];
  let passed = 0;
  let undisturbed: Figure3Result | undefined;
  for (const each of figure3Cases({ ...scenario, seed })) {
    const before = process.cpuUsage();
    const result = await runFigure3(each.scenario, computing);
    const { user, system } = process.cpuUsage(before);
    undisturbed ??= result;
    console.log(lineOf(each, result, undisturbed, (user + system) / 1e6));
    const wrong = fault(each, result, undisturbed);
    if (wrong === undefined) passed += 1;
    else faults.push(wrong);
  }
  for (const wrong of faults) console.log(`WRONG: ${wrong}`);
  console.log(`${passed} passed, ${faults.length} failed`);
  return faults.length === 0;
}

function lineOf(
  { name, paperSeconds }: Figure3Case,
  result: Figure3Result,
  undisturbed: Figure3Result,
  cpuSeconds: number,
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
    cpuSeconds.toFixed(0),
  ]);
}

function row([name = '', ...cells]: readonly string[]): string {
  return name.padEnd(50) + cells.map((cell) => cell.padStart(9)).join('');
}
