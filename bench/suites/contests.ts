import { checkCounts } from '../check/word-counts.ts';
import { checkTera } from '../check/tera-records.ts';
import { loadCorpus } from '../data/corpus.ts';
import { prepareTera } from '../data/tera.ts';
import { prepareLarge, prepareSmall, type WordCountData } from '../data/word-count.ts';
import {
  type Contender,
  type Contest,
  type Failure,
  hold,
  type Outcome,
} from '../harness/contest.ts';
import { formatOutcomes } from '../harness/report.ts';
import { programs, type Ours } from '../ours.ts';
import type { Runner } from '../peers/peer.ts';
import type { Bench, Suite } from './suite.ts';

const REDUCERS = 10;
/** What `mapreduce run` makes of it on two cores, if nobody says how many: a part a slot. */
const SMALL_REDUCERS = 2;
const TERA_RECORDS = 5_000_000;

const ourWordCounts = (ours: Ours): Contender[] => [
  {
    name: 'ours-blocks',
    title: 'ours, built-in with mapBlock',
    command: (job) => ours.run(programs.blocks, job),
  },
  {
    name: 'ours-lines',
    title: 'ours, map(line, emit) in TypeScript',
    command: (job) => ours.run(programs.lines, job),
  },
];

const ourTeraSorts = (ours: Ours): Contender[] => [
  { name: 'ours', title: 'ours', command: (job) => ours.run(programs.teraSort, job) },
  {
    name: 'ours-no-fsync',
    title: 'ours, without fsync',
    command: (job) => ours.run(programs.teraSort, job, '--no-fsync'),
  },
];

/** Workload W. */
export const wordCount: Suite = async (bench) => {
  const corpus = loadCorpus();
  const data = await prepareLarge(bench.cache, corpus);
  const what = `W: word count of ${megabytes(data.bytes)} (${corpus.title}, ${data.repetitions} times)`;
  return holdWordCount(bench, what, data, REDUCERS);
};

/** Workload S. */
export const small: Suite = async (bench) => {
  const corpus = loadCorpus();
  const data = await prepareSmall(bench.cache, corpus);
  const what = `S: word count of one book of ${megabytes(data.bytes)} (out of ${corpus.title})`;
  return holdWordCount(bench, what, data, SMALL_REDUCERS);
};

/** Workload T. */
export const teraSort: Suite = async (bench) => {
  const data = await prepareTera(bench.cache, TERA_RECORDS, bench.ours.generateTera);
  const title = `T: sort of ${data.summary.records} TeraGen records (${megabytes(data.summary.records * 100)})`;
  return holdAndPrint(bench, title, 'teraSort', {
    contenders: ourTeraSorts(bench.ours),
    job: { inputs: data.inputs, inputDirectory: data.directory, reducers: REDUCERS },
    check: (output) => checkTera(output, data.summary),
    runs: bench.runs,
  });
};

function holdWordCount(bench: Bench, title: string, data: WordCountData, reducers: number) {
  return holdAndPrint(bench, title, 'wordCount', {
    contenders: ourWordCounts(bench.ours),
    job: { inputs: data.inputs, inputDirectory: data.directory, reducers },
    check: (output) => checkCounts(output, data.expected, data.repetitions),
    runs: bench.runs,
  });
}

/** Ours against every peer that can do the workload. */
async function holdAndPrint(
  bench: Bench,
  title: string,
  workload: keyof Runner,
  contest: Contest,
): Promise<(Outcome | Failure)[]> {
  bench.print(`\n${title}, ${contest.job.reducers} reducers, ${contest.runs} runs each\n`);
  const contenders = [...contest.contenders];
  const missing: string[] = [];
  for (const { peer, runner } of await bench.peers()) {
    const command = runner?.[workload];
    if (runner === undefined) missing.push(`${peer.title}: not installed (${peer.install})`);
    if (command !== undefined) contenders.push({ name: peer.name, title: peer.title, command });
  }
  const outcomes = await hold({ ...contest, contenders }, bench.cache);
  bench.print([formatOutcomes(outcomes), ...missing].join('\n'));
  return outcomes;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e6 ? 1 : 0)} MB`;
}
