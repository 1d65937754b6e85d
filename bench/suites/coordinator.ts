import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProgramDescription } from '@mapreduce/protocol';
import { processStatus, proportionalSetSize } from '../harness/proc.ts';
import { quantile } from '../harness/statistics.ts';
import { formatMegabytes, formatTable } from '../harness/table.ts';
import { Caller } from '../load/caller.ts';
import { atRate } from '../load/pace.ts';
import { PretendWorker } from '../load/pretend-worker.ts';
import { startCoordinator, type CoordinatorProcess } from '../load/roles.ts';
import type { Suite } from './suite.ts';

const WORKERS = 2_000;
const HEARTBEATS_PER_SECOND = WORKERS;
const COMPLETIONS_PER_SECOND = 1_000;
const SECONDS = 15;
/** The first ones find a server that has compiled nothing yet. */
const WARM_UP_SECONDS = 5;
const REDUCERS = 10;
const MAPS = COMPLETIONS_PER_SECOND * SECONDS + 2 * WORKERS;

const description: ProgramDescription = {
  reader: { kind: 'lines' },
  writer: { kind: 'text' },
  map: 'record',
  combine: false,
  reduce: true,
  partition: { kind: 'hash' },
  order: [],
  sideEffects: false,
  deterministic: true,
};

/** The real coordinator under the requests of 2,000 workers, each with connections of its own. */
export const coordinator: Suite = async ({ cache, ours, print }) => {
  print(
    `\ncoordinator over HTTP: ${WORKERS} workers, ${HEARTBEATS_PER_SECOND} heartbeats/s, ` +
      `${COMPLETIONS_PER_SECOND} completions/s, as many leases, ${SECONDS} s\n`,
  );
  const directory = await cache.fresh('run');
  const input = join(directory, 'input');
  // A split a byte: as many maps, and nobody reads them.
  writeFileSync(input, '\n'.repeat(MAPS));
  const process = await startCoordinator({
    command: ours.command,
    directory,
    inputs: [input],
    settings: {
      program: { kind: 'builtin', name: 'wordcount' },
      reducers: REDUCERS,
      splitSize: 1,
    },
  });
  const callers = Array.from(
    { length: WORKERS },
    () => new Caller(process.address, process.tokens.worker),
  );
  try {
    const workers = callers.map((caller, index) => pretend(caller, index));
    return await load(workers, process, print);
  } finally {
    for (const caller of callers) caller.close();
    await process.stop();
    await cache.remove('run');
  }
};

function pretend(caller: Caller, index: number): PretendWorker {
  const address = `http://10.${index >> 8}.${index & 255}.1:8080`;
  return new PretendWorker({ caller, address, incarnation: `w${index}`, reducers: REDUCERS });
}

async function load(
  workers: readonly PretendWorker[],
  { pid }: CoordinatorProcess,
  print: (text: string) => void,
) {
  const registering = performance.now();
  for (let first = 0; first < workers.length; first += 100) {
    await Promise.all(workers.slice(first, first + 100).map((worker) => worker.register()));
  }
  const registerSeconds = (performance.now() - registering) / 1000;

  const [first] = workers;
  await first?.waitForLease();
  await first?.completeDescribe(description);
  await Promise.all(workers.map((worker) => worker.waitForLease()));

  const heartbeats = new Latencies();
  const completions = new Latencies();
  const leases = new Latencies();
  const cpuBefore = processStatus(pid)?.cpuSeconds ?? 0;
  let refused = 0;
  /** By worker: until when it has no task to complete. */
  const busy: Promise<void>[] = [];
  const beating = atRate(
    { perSecond: HEARTBEATS_PER_SECOND, seconds: SECONDS },
    async (turn, due) => {
      await workers[turn % workers.length]?.heartbeat();
      heartbeats.add(turn / HEARTBEATS_PER_SECOND, due);
    },
  );
  const working = atRate(
    { perSecond: COMPLETIONS_PER_SECOND, seconds: SECONDS },
    async (turn, due) => {
      const index = turn % workers.length;
      const worker = workers[index];
      if (worker === undefined) return;
      const before = busy[index];
      busy[index] = (async () => {
        await before;
        if (!(await worker.completeMap())) refused += 1;
        completions.add(turn / COMPLETIONS_PER_SECOND, due);
        const asked = performance.now();
        await worker.waitForLease();
        leases.add(turn / COMPLETIONS_PER_SECOND, asked);
      })();
      await busy[index];
    },
  );
  await Promise.all([beating, working]);
  const cores = ((processStatus(pid)?.cpuSeconds ?? 0) - cpuBefore) / SECONDS;
  const bytes = proportionalSetSize(pid);
  if (refused > 0) throw new Error(`${refused} completions were refused`);

  const figures = {
    registerSeconds,
    heartbeats: heartbeats.summary(),
    completions: completions.summary(),
    leases: leases.summary(),
    cores,
    bytes,
  };
  const row = (name: string, { p50, p99, max }: Summary) => [
    name,
    ...[p50, p99, max].map((value) => value.toFixed(1)),
  ];
  print(
    [
      formatTable(
        ['answered after, ms', 'p50', 'p99', 'max'],
        [
          row('heartbeats', figures.heartbeats),
          row('completions', figures.completions),
          row('leases', figures.leases),
        ],
      ),
      `coordinator: ${(100 * cores).toFixed(0)} % of a core, ${formatMegabytes(bytes)} MB; ` +
        `all workers registered in ${registerSeconds.toFixed(1)} s`,
    ].join('\n'),
  );
  return figures;
}

interface Summary {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Milliseconds from when requests were due to when they were answered. */
class Latencies {
  readonly #values: number[] = [];

  add(second: number, due: number): void {
    if (second >= WARM_UP_SECONDS) this.#values.push(performance.now() - due);
  }

  summary(): Summary {
    const sorted = this.#values.toSorted((a, b) => a - b);
    return {
      p50: quantile(sorted, 0.5),
      p99: quantile(sorted, 0.99),
      max: quantile(sorted, 1),
    };
  }
}
