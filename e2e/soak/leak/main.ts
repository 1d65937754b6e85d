import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import build from '../../local/support/build.js';
import { executable } from '../../local/support/command.ts';
import { descendants } from '../../local/support/processes.ts';
import { readNumbers, report } from '../command.ts';

/*
 * node --expose-gc e2e/soak/leak/main.ts [--runs N]
 * Local runs one after another from this very process: descriptors, child processes, temporary files
 * and memory return to where they were.
 */

/** The first runs fill caches and compile; what is there after them must not grow. */
const warmUp = 5;
/** Growth of the heap that is no leak: 200 runs that lost 16 KiB each would have 3 MiB. */
const heapSlack = 2 * 2 ** 20;
/** Resident memory also holds free pages of the allocator's. */
const residentSlack = 48 * 2 ** 20;

interface Holdings {
  readonly descriptors: readonly string[];
  readonly children: number;
  readonly temporary: readonly string[];
  readonly heap: number;
  readonly resident: number;
  readonly listeners: number;
}

const { runs } = readNumbers({ runs: 20 });
const collect = globalThis.gc;
if (collect === undefined) throw new Error('run it with node --expose-gc');

build();
const directory = mkdtempSync(join(tmpdir(), 'mapreduce-leak-'));
const temporary = join(directory, 'tmp');
mkdirSync(temporary);
// Of this process and of all that it starts.
process.env['TMPDIR'] = temporary;
const input = join(directory, 'input.txt');
writeFileSync(input, 'the quick brown fox jumps over the lazy dog\n'.repeat(2_000));

/** The command line of the CLI, as its launcher calls it. */
const { commandLine } = (await import(
  fileURLToPath(new URL('../../../packages/cli/src/command-line.ts', import.meta.url))
)) as { commandLine: (entry: string, argv: readonly string[]) => Promise<void> };

let failed = 0;
let ran = 0;
let first: Holdings | undefined;
let last: Holdings | undefined;
try {
  for (let run = 0; run < runs + warmUp; run++) {
    await runOnce(run);
    last = await holdings(collect);
    if (run + 1 === warmUp) first = last;
    else if (first !== undefined) check(run, first, last);
    ran += run < warmUp ? 0 : 1;
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
const [before, after] = [first, last];
if (before === undefined || after === undefined) throw new Error('nothing was run');
const grown = (one: keyof Pick<Holdings, 'heap' | 'resident'>) => after[one] - before[one];
if (grown('heap') > heapSlack) fail(`the heap has grown by ${grown('heap')} bytes`);
if (grown('resident') > residentSlack) fail(`${grown('resident')} more bytes are resident`);
report({
  planned: runs,
  ran,
  failed,
  figures: {
    heapGrownKiB: Math.round(grown('heap') / 1_024),
    residentGrownKiB: Math.round(grown('resident') / 1_024),
    heapKiB: Math.round(after.heap / 1_024),
    descriptors: after.descriptors.length,
  },
});

async function runOnce(run: number): Promise<void> {
  const output = join(directory, `output-${run}`);
  const argv = ['run', 'wordcount', input, '-o', output, '--quiet'];
  const small = ['--workers', '2', '--reducers', '2'];
  await commandLine(executable, ['node', 'mapreduce', ...argv, ...small]);
  if (process.exitCode !== 0) throw new Error(`run ${run} ended with ${process.exitCode}`);
  const parts = readdirSync(output).filter((name) => name.startsWith('part-'));
  const text = parts.map((name) => readFileSync(join(output, name), 'utf8')).join('');
  if (!/^fox\s2000$/m.test(text)) throw new Error(`run ${run} gave ${text.slice(0, 200)}`);
  rmSync(output, { recursive: true });
}

async function holdings(gc: NodeJS.GCFunction): Promise<Holdings> {
  // What was closed just now is let go in the turns that follow.
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    gc();
  }
  const { heapUsed, rss } = process.memoryUsage();
  return {
    descriptors: descriptors(),
    children: descendants(process.pid).length,
    temporary: readdirSync(temporary, { recursive: true, encoding: 'utf8' }),
    heap: heapUsed,
    resident: rss,
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
  };
}

/** What each open descriptor leads to, without the numbers of sockets and pipes. */
function descriptors(): string[] {
  return readdirSync('/proc/self/fd')
    .flatMap((name) => {
      try {
        return [readlinkSync(`/proc/self/fd/${name}`).replace(/\d+/g, 'N')];
      } catch {
        // It was that by which the directory was read.
        return [];
      }
    })
    .sort();
}

function check(run: number, start: Holdings, now: Holdings): void {
  if (now.descriptors.join() !== start.descriptors.join()) {
    fail(`after run ${run} these descriptors are open: ${now.descriptors.join(', ')}`);
  }
  if (now.children > 0) fail(`after run ${run} ${now.children} processes are left`);
  if (now.temporary.length > 0) fail(`after run ${run} there is ${now.temporary.join(', ')}`);
  if (now.listeners > start.listeners) fail(`after run ${run} a listener of process is left`);
}

function fail(fault: string): void {
  failed += 1;
  console.log(`FAILED ${fault}`);
}
