import { figureNamed } from '../figures/index.ts';
import type { Bar, Measured } from '../figures/figure.ts';
import { logTails } from './log-tails.ts';
import { runInside } from './sandbox.ts';
import { costOf, excesses, medianCost, type Pair } from './verdict.ts';

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
    const { bar } = figure;
    const measured: Pair[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      const calm = await run(name, false);
      const disturbed = await run(name, true);
      measured.push({ calm, disturbed });
      console.log(
        `  calm ${calm.seconds.toFixed(1)} s, disturbed ${disturbed.seconds.toFixed(1)} s: ` +
          `${inUnits(bar, costOf(bar, { calm, disturbed }))}; restart ${disturbed.restartSeconds.toFixed(1)} s, ` +
          `done twice: ${disturbed.redoneTasks} whole tasks, ${disturbed.redoneRecords} records and keys`,
      );
    }
    const found = excesses(bar, measured);
    if (found.length > 0) process.exitCode = 1;
    const verdict = found.length > 0 ? found.join('; ') : 'within what is allowed';
    const median = inUnits(bar, medianCost(bar, measured));
    console.log(`  median ${median}${bar === undefined ? '' : `: ${verdict}`}`);
  }
}

function inUnits(bar: Bar | undefined, cost: number): string {
  const unit = bar !== undefined && 'seconds' in bar ? 's beside the restart' : '%';
  return `${cost >= 0 ? '+' : ''}${cost.toFixed(1)} ${unit}`;
}
