import { join } from 'node:path';
import { bulkRoutes, type LogEvent, type RegisterRequest } from '@mapreduce/protocol';
import { NodeTransport, workerTokens } from '@mapreduce/service/node';
import { loadCorpus } from '../data/corpus.ts';
import { prepareTera } from '../data/tera.ts';
import { prepareSmall } from '../data/word-count.ts';
import { processes, processStatus } from '../harness/proc.ts';
import { spread } from '../harness/statistics.ts';
import { Caller } from '../load/caller.ts';
import { startCountingProxy, type CountingProxy } from '../load/counting-proxy.ts';
import { PretendWorker } from '../load/pretend-worker.ts';
import { startCoordinator, startWorker } from '../load/roles.ts';
import { until } from '../load/until.ts';
import type { Bench, Suite } from './suite.ts';

const TERA_RECORDS = 5_000_000;
const PARTITIONS = 10;
/** Partitions fetched at once, as by a worker of two slots. */
const LANES = 2;
const WORKERS = 4;
const MAPS = 2_000;
const REDUCES = 500;

/** What the shuffle costs: bytes a second of one worker, and requests of many tiny segments. */
export const shuffle: Suite = async (bench) => {
  const serving = await serve(bench);
  const counting = await countRequests(bench);
  return { serving, counting };
};

/**
 * A real worker maps 500 MB without compression and is then asked for them over loopback, again and
 * again, by one that throws the bytes away. Its executor is stopped, so that it does nothing else.
 */
async function serve({ cache, ours, runs, print }: Bench) {
  const tera = await prepareTera(cache, TERA_RECORDS, ours.generateTera);
  const directory = await cache.fresh('run');
  const job = await startCoordinator({
    command: ours.command,
    directory,
    inputs: [tera.directory],
    settings: {
      program: { kind: 'builtin', name: 'terasort' },
      reducers: PARTITIONS,
      compression: 'none',
      fsync: false,
    },
  });
  const worker = startWorker(
    ours.command,
    job.address,
    job.workerTokenFile,
    join(directory, 'worker'),
  );
  const control = new Caller(job.address, job.tokens.control);
  const caller = new Caller(job.address, job.tokens.worker);
  const transport = new NodeTransport(workerTokens(job.tokens.worker));
  try {
    await until(control, ({ phase }) => phase === 'reduce');
    for (const pid of childrenOf(worker.pid)) process.kill(pid, 'SIGSTOP');
    const log = await completionLog(caller);
    const rates: number[] = [];
    let bytes = 0;
    for (let run = 0; run <= runs; run += 1) {
      const start = performance.now();
      bytes = await fetchAll(transport, log);
      if (run > 0) rates.push(bytes / 1e3 / (performance.now() - start));
    }
    const { median, min, max } = spread(rates);
    print(
      `\nshuffle: one worker serves ${(bytes / 1e6).toFixed(0)} MB of ${PARTITIONS} partitions to ` +
        `loopback at ${median.toFixed(0)} MB/s (${min.toFixed(0)} to ${max.toFixed(0)}, ${runs} runs)`,
    );
    return { bytes, megabytesPerSecond: { median, min, max } };
  } finally {
    for (const pid of childrenOf(worker.pid)) process.kill(pid, 'SIGKILL');
    control.close();
    caller.close();
    transport.close();
    await worker.stop();
    await job.stop();
    await cache.remove('run');
  }
}

type Mapped = Extract<LogEvent, { kind: 'mapped' }>;

/** What a worker that has just come learns of the maps. */
async function completionLog(caller: Caller): Promise<Mapped[]> {
  const reader = new PretendWorker({
    caller,
    incarnation: 'reader',
    address: 'http://127.0.0.1:9',
    reducers: PARTITIONS,
  });
  await reader.register();
  const events: Mapped[] = [];
  for (;;) {
    const tail = await reader.heartbeat();
    if (tail.length === 0) return events;
    events.push(...tail.filter((event) => event.kind === 'mapped'));
  }
}

/** Reads all segments once; returns how many bytes came. */
async function fetchAll(transport: NodeTransport, log: readonly Mapped[]): Promise<number> {
  const address = log[0]?.address ?? '';
  const maps = log.map(({ map, attempt }) => ({ map, attempt }));
  let bytes = 0;
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition).values();
  const lane = async () => {
    for (const partition of partitions) {
      const request = { json: { partition, maps } };
      const answer = await transport.bulk(address, 'segments', request, { timeoutMs: 10_000 });
      for await (const chunk of answer.chunks) bytes += chunk.length;
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return bytes;
}

function childrenOf(pid: number): number[] {
  return processes().filter((one) => processStatus(one)?.parent === pid);
}

/** A whole job of tiny tasks, whose workers reach each other through proxies that count. */
async function countRequests({ cache, ours, print }: Bench) {
  const data = await prepareSmall(cache, loadCorpus());
  const directory = await cache.fresh('run');
  const job = await startCoordinator({
    command: ours.command,
    directory,
    inputs: data.inputs,
    settings: {
      program: { kind: 'builtin', name: 'wordcount' },
      reducers: REDUCES,
      splitSize: Math.ceil(data.bytes / MAPS),
      fsync: false,
    },
  });
  const holders = new Map<string, CountingProxy>();
  const toCoordinator = await startCountingProxy(job.address, async (path, body) => {
    if (path !== '/v1/workers') return body;
    const request = JSON.parse(body.toString('utf8')) as RegisterRequest;
    const holder = holders.get(request.address) ?? (await startCountingProxy(request.address));
    holders.set(request.address, holder);
    return Buffer.from(JSON.stringify({ ...request, address: holder.address }));
  });
  const start = performance.now();
  const workers = Array.from({ length: WORKERS }, (_, index) =>
    startWorker(
      ours.command,
      toCoordinator.address,
      job.workerTokenFile,
      join(directory, `worker-${index}`),
    ),
  );
  const control = new Caller(job.address, job.tokens.control);
  try {
    const status = await until(control, ({ state }) => state === 'succeeded');
    const seconds = (performance.now() - start) / 1000;
    const requests = [...holders.values()]
      .map((holder) => holder.requests.get(bulkRoutes.segments.path) ?? 0)
      .reduce((sum, count) => sum + count, 0);
    const maps = status.maps.total;
    print(
      `\nshuffle of tiny segments: ${maps} maps × ${REDUCES} reduces = ${maps * REDUCES} segments on ` +
        `${WORKERS} workers took ${requests} requests (workers × reduces = ${WORKERS * REDUCES}); ` +
        `the job took ${seconds.toFixed(1)} s`,
    );
    if (requests > WORKERS * REDUCES) throw new Error('more requests than workers × reduces');
    return { maps, reduces: REDUCES, workers: WORKERS, requests, seconds };
  } finally {
    control.close();
    await Promise.all(workers.map((worker) => worker.stop()));
    toCoordinator.close();
    for (const holder of holders.values()) holder.close();
    await job.stop();
    await cache.remove('run');
  }
}
