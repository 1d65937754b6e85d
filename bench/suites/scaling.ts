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
const TIMES_WORKERS = 2;

/** Workload W by number of workers, and by size of the input. */
export const scaling: Suite = async (bench) => {
  const corpus = loadCorpus();
  const once = await prepareLarge(bench.cache, corpus);
  bench.print(`\nscaling: workload W (${corpus.title}), ${bench.runs} runs each\n`);
  const byWorkers = await holdOurs(bench, once, WORKERS);
  bench.print(`${table('workers', WORKERS, byWorkers, () => once.lines)}\n`);

  const bySize: (Outcome | Failure)[] = [];
  for (const times of TIMES) {
    const data = times === 1 ? once : await multiply(bench.cache, once, times);
    bySize.push(...(await holdOurs(bench, data, [TIMES_WORKERS])));
  }
  bench.print(table('input, times', TIMES, bySize, (times) => once.lines * times));
  return { byWorkers, bySize };
};

function holdOurs(bench: Bench, data: WordCountData, workerCounts: readonly number[]) {
  const contest = {
    contenders: workerCounts.map((workers) => ({
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

function table(
  what: string,
  values: readonly number[],
  outcomes: readonly (Outcome | Failure)[],
  lines: (value: number) => number,
): string {
  const rows = values.map((value, index) => {
    const outcome = outcomes[index];
    if (outcome === undefined || 'failure' in outcome) {
      return [`${value}`, outcome?.failure.split('\n', 1)[0] ?? ''];
    }
    const { seconds, cpuSeconds, peakBytes } = outcome;
    return [
      `${value}`,
      formatSeconds(seconds.median),
      formatSeconds(seconds.min),
      formatSeconds(seconds.max),
      ((seconds.median / lines(value)) * 1e9).toFixed(0),
      cpuSeconds === undefined ? '' : ((cpuSeconds / lines(value)) * 1e9).toFixed(0),
      peakBytes === undefined ? '' : formatMegabytes(peakBytes),
    ];
  });
  return formatTable([what, 'median s', 'min', 'max', 'ns a line', 'CPU ns', 'peak MB'], rows);
}
