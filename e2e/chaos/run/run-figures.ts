import { figureNamed } from '../figures/index.ts';
import type { Figure, Measured } from '../figures/figure.ts';
import { logTails } from './log-tails.ts';
import { runInside } from './sandbox.ts';

const runLimitMs = 900_000;

export interface FigureOptions {
  readonly isIsolated: boolean;
  readonly names: readonly string[];
  /** Calm and disturbed runs of each, alternating. */
  readonly pairs: number;
}

/** Measures, one run at a time, and prints each pair and the median. Throws where a run fails. */
export async function runFigures({ isIsolated, names, pairs }: FigureOptions): Promise<void> {
  const run = async (name: string, disturbed: boolean): Promise<Measured> => {
    let measured: Measured | undefined;
    const { error, directory } = await runInside(
      { kind: 'figure', name, disturbed, toxiproxy: undefined },
      {
        isIsolated,
        limitMs: runLimitMs,
        onReport: (report) => {
          if (report.kind === 'measured') measured = report.measured;
        },
      },
    );
    if (measured === undefined) throw new Error(`${error ?? ''}\n${logTails(directory)}`);
    return measured;
  };
  for (const name of names) {
    const figure = figureNamed(name);
    console.log(`\n${figure.title}`);
    const costs: number[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      const calm = await run(name, false);
      const disturbed = await run(name, true);
      const cost = costOf(figure, calm, disturbed);
      costs.push(cost);
      console.log(
        `  calm ${calm.seconds.toFixed(1)} s, disturbed ${disturbed.seconds.toFixed(1)} s: ` +
          `${inUnits(figure, cost)}; restart ${disturbed.restartSeconds.toFixed(1)} s, ` +
          `done twice: ${disturbed.redoneTasks} whole tasks, ${disturbed.redoneRecords} records and keys`,
      );
    }
    const median = costs.toSorted((a, b) => a - b)[costs.length >> 1] ?? Number.NaN;
    console.log(`  median ${inUnits(figure, median)}${verdict(figure, median)}`);
  }
}

/** In percent, or in seconds beside the restart, as the bar is. */
function costOf({ bar }: Figure, calm: Measured, disturbed: Measured): number {
  const longer = disturbed.seconds - calm.seconds;
  const inSeconds = bar !== undefined && 'seconds' in bar;
  return inSeconds ? longer - disturbed.restartSeconds : (100 * longer) / calm.seconds;
}

function inUnits({ bar }: Figure, cost: number): string {
  const unit = bar !== undefined && 'seconds' in bar ? 's beside the restart' : '%';
  return `${cost >= 0 ? '+' : ''}${cost.toFixed(1)} ${unit}`;
}

function verdict({ bar }: Figure, cost: number): string {
  if (bar === undefined) return '';
  const limit = 'seconds' in bar ? bar.seconds : bar.percent;
  if (cost > limit) process.exitCode = 1;
  return cost > limit ? `: MORE than the ${limit} allowed` : `: within the ${limit} allowed`;
}
