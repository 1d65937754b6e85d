import { linkSync } from 'node:fs';
import { join } from 'node:path';
import { checkCounts } from '../check/word-counts.ts';
import type { Cache } from '../data/cache.ts';
import { loadCorpus } from '../data/corpus.ts';
import { prepareLarge, type WordCountData } from '../data/word-count.ts';
import { hold, type Failure, type Outcome } from '../harness/contest.ts';
import { formatMegabytes, formatSeconds, formatTable } from '../harness/table.ts';
import { programs } from '../ours.ts';
import type { Job } from '../peers/peer.ts';
import type { Bench, Suite } from './suite.ts';

const REDUCERS = 10;
const WORKERS = [1, 2, 4, 8];
const TIMES = [1, 4, 16];

/** What one size of the input took, by number of workers, in the order of `WORKERS`. */
interface Row {
  readonly times: number;
  readonly lines: number;
  readonly outcomes: readonly (Outcome | Failure)[];
}

/** Workload W by size of the input and by number of workers. */
export const scaling: Suite = async (bench) => {
  const corpus = loadCorpus();
  const once = await prepareLarge(bench.cache, corpus);
  bench.print(`\nscaling: workload W (${corpus.title}), ${bench.runs} runs each`);
  const rows: Row[] = [];
  for (const times of TIMES) {
    const data = times === 1 ? once : await multiply(bench.cache, once, times);
    const row = { times, lines: data.lines, outcomes: await holdOurs(bench, data) };
    bench.print(`\n${times} times\n\n${table(row)}`);
    rows.push(row);
  }
  bench.print(`\neach further line\n\n${furtherTable(rows)}`);
  return rows;
};

function holdOurs(bench: Bench, data: WordCountData) {
  const contest = {
    contenders: WORKERS.map((workers) => ({
      name: `ours-${workers}-workers`,
      title: `ours, ${workers} workers, ${formatMegabytes(data.bytes)} MB`,
      command: (job: Job) => bench.ours.run(programs.blocks, job, '--workers', `${workers}`),
    })),
    job: { inputs: data.inputs, inputDirectory: data.directory, reducers: REDUCERS },
    check: (output: string) => checkCounts(output, data.expected, data.repetitions),
    runs: bench.runs,
  };
  return hold(contest, bench.cache);
}

/** More input at no cost of disk: further names for the same files. */
async function multiply(cache: Cache, data: WordCountData, times: number): Promise<WordCountData> {
  const names = Array.from({ length: times }, (_, copy) =>
    data.inputs.map((path, book) => ({ path, name: `copy-${copy}-book-${book}` })),
  ).flat();
  const directory = await cache.fresh(`words-${times}-times`);
  for (const { path, name } of names) linkSync(path, join(directory, name));
  return {
    ...data,
    directory,
    inputs: names.map(({ name }) => join(directory, name)),
    bytes: data.bytes * times,
    lines: data.lines * times,
    repetitions: data.repetitions * times,
  };
}

function table({ lines, outcomes }: Row): string {
  const rows = WORKERS.map((workers, index) => {
    const outcome = outcomes[index];
    if (outcome === undefined || 'failure' in outcome) {
      return [`${workers}`, outcome?.failure.split('\n', 1)[0] ?? ''];
    }
    const { seconds, cpuSeconds, peakBytes } = outcome;
    return [
      `${workers}`,
      formatSeconds(seconds.median),
      formatSeconds(seconds.min),
      formatSeconds(seconds.max),
      nanoseconds(seconds.median, lines),
      cpuSeconds === undefined ? '' : nanoseconds(cpuSeconds, lines),
      peakBytes === undefined ? '' : formatMegabytes(peakBytes),
    ];
  });
  return formatTable(['workers', 'median s', 'min', 'max', 'ns a line', 'CPU ns', 'peak MB'], rows);
}

/** What lines cost that come on top: starts and first runs of code are in neither term. */
function furtherTable(rows: readonly Row[]): string {
  const steps = rows.slice(1).map((row, index) => ({ from: rows[index] ?? row, to: row }));
  const titles = steps.map(({ from, to }) => `${from.times} to ${to.times} times: ns`);
  return formatTable(
    ['workers', ...titles],
    WORKERS.map((workers, index) => [
      `${workers}`,
      ...steps.map(({ from, to }) => {
        const [before, after] = [medianOf(from.outcomes[index]), medianOf(to.outcomes[index])];
        if (before === undefined || after === undefined) return '';
        return nanoseconds(after - before, to.lines - from.lines);
      }),
    ]),
  );
}

function medianOf(outcome: Outcome | Failure | undefined): number | undefined {
  return outcome === undefined || 'failure' in outcome ? undefined : outcome.seconds.median;
}

function nanoseconds(seconds: number, lines: number): string {
  return ((seconds / lines) * 1e9).toFixed(0);
}
