/**
 * The engine alone, in one process on one core, over real files: `node bench/engine.ts [CASE]`.
 * Each case runs five times; the best is what the code can do. Times are of the processor.
 */
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AnyJob,
  describeProgram,
  type EnginePorts,
  MapIndex,
  runMap,
  runReduce,
  runSample,
  toBase64,
} from '@mapreduce/engine';
import type { JobSettings, MapManifest, Plan, SegmentFile, Split } from '@mapreduce/protocol';
import {
  defineJob,
  fixed,
  fixedWriter,
  rangePartition,
  sum,
  sumValues,
  words,
} from '@mapreduce/sdk';
import { nodeCodec, nodeDigest, nodeSyncDisk } from '@mapreduce/service/node';
import type { RangeSource } from '@mapreduce/storage';
import { loadCorpus } from './data/corpus.ts';

const rounds = 5;
const mebi = 2 ** 20;
const ports: EnginePorts = { disk: nodeSyncDisk, codec: nodeCodec, digest: nodeDigest };

const wordcount = defineJob({
  map: (line, emit) => {
    for (const word of words(line)) emit(word, 1);
  },
  combine: (_word, counts) => sum(counts),
  reduce: (word, counts, emit) => emit(word, sum(counts)),
});
const wordcountBlock = defineJob({
  mapBlock: (block, emit) => emit.words(block, 1),
  combine: sumValues,
  reduce: (word, counts, emit) => emit(word, sum(counts)),
});
const wordcountPlain = defineJob({
  map: (line, emit) => {
    for (const word of words(line)) emit(word, 1);
  },
  reduce: (word, counts, emit) => emit(word, sum(counts)),
});
const terasort = defineJob<Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array>({
  reader: fixed(100),
  mapBlock: (block, emit) => {
    for (let at = 0; at < block.length; at += 100)
      emit.bytes(block, at, at + 10, at + 10, at + 100);
  },
  partition: rangePartition(),
  writer: fixedWriter(100),
});

class HandleSource implements RangeSource {
  readonly #handle: FileHandle;
  constructor(handle: FileHandle) {
    this.#handle = handle;
  }
  async read(target: Uint8Array, position: number): Promise<number> {
    return (await this.#handle.read(target, 0, target.length, position)).bytesRead;
  }
  async checkUnchanged(): Promise<void> {
    return Promise.resolve();
  }
  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** All threads of this process: what is measured does not depend on what else the machine does. */
function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
}

const root = mkdtempSync(join(tmpdir(), 'mapreduce-bench-'));

function settings(reducers: number): JobSettings {
  return {
    id: 'bench',
    program: { kind: 'builtin', name: 'bench' },
    reducers,
    splitSize: 64 * mebi,
    memory: 512 * mebi,
    taskTimeoutMs: 600_000,
    skipBadRecords: 0,
    format: 'binary',
    compression: 'zstd',
    fsync: false,
    backupTasks: false,
  };
}

function splitsOf(path: string, size: number): Split[] {
  const count = Math.ceil(size / (64 * mebi));
  return Array.from({ length: count }, (_, index) => ({
    index,
    source: { kind: 'file', path },
    name: path,
    start: index * 64 * mebi,
    end: Math.min(size, (index + 1) * 64 * mebi),
    size,
    version: '1',
  }));
}

async function benchJob(title: string, job: AnyJob, path: string, size: number): Promise<void> {
  const description = describeProgram(job);
  const reducers = 10;
  const splits = splitsOf(path, size);
  let bestMap = Infinity;
  let bestReduce = Infinity;
  let note = '';
  for (let round = 0; round < rounds; round += 1) {
    const directory = join(root, 'run');
    rmSync(directory, { recursive: true, force: true });
    const handle = await open(path);
    const source = new HandleSource(handle);
    let plan: Plan = { description, maps: splits.length, digest: '0'.repeat(64) };
    const shared = { job, settings: settings(reducers), onProgress: () => undefined };
    const [first] = splits;
    if (description.partition.kind === 'range' && first !== undefined) {
      const run = { ...shared, plan, split: first, source, directory };
      const keys = [...(await runSample(run, 10_000, ports))].sort((a, b) => Buffer.compare(a, b));
      const bounds = Array.from({ length: reducers - 1 }, (_, i) =>
        toBase64(keys[Math.floor(((i + 1) * keys.length) / reducers)] as Uint8Array),
      );
      plan = { ...plan, bounds };
    }
    const started = cpuMilliseconds();
    const maps: MapManifest[] = [];
    for (const split of splits) {
      const place = join(directory, `map-${split.index}`);
      mkdirSync(place, { recursive: true });
      maps.push(await runMap({ ...shared, plan, split, source, directory: place }, ports));
    }
    const mapped = cpuMilliseconds();
    const indexes = maps.map((_, map) =>
      MapIndex.decode(readFileSync(join(directory, `map-${map}`, 'index')), nodeCodec),
    );
    let recordsOut = 0;
    for (let partition = 0; partition < reducers; partition += 1) {
      const place = join(directory, `reduce-${partition}`);
      const outputDirectory = join(place, 'out');
      mkdirSync(outputDirectory, { recursive: true });
      const segments = indexes.map((index, map): SegmentFile => ({
        map,
        path: join(directory, `map-${map}`, 'data'),
        offset: index.offset(partition),
        length: index.length(partition),
        records: index.records(partition),
      }));
      const consumed = 'c'.repeat(64);
      const run = { ...shared, plan, partition, segments, directory: place, outputDirectory };
      recordsOut += runReduce({ ...run, consumed }, ports).recordsOut;
    }
    const reduced = cpuMilliseconds();
    await handle.close();
    bestMap = Math.min(bestMap, mapped - started);
    bestReduce = Math.min(bestReduce, reduced - mapped);
    const spills = maps.reduce((total, map) => total + map.spills, 0);
    note = `${recordsOut} records out, ${spills} spills`;
    if (round === 0)
      console.log(`  first map ${(size / 1e3 / (mapped - started)).toFixed(0)} MB/s`);
  }
  const rate = (milliseconds: number) => (size / 1e3 / milliseconds).toFixed(0);
  const perByte = ((bestMap + bestReduce) * 1e6) / size;
  console.log(
    `${title.padEnd(34)} map ${rate(bestMap)} MB/s, reduce ${bestReduce.toFixed(0)} ms, ` +
      `all ${perByte.toFixed(1)} ns/byte; ${note}; ` +
      `${(process.memoryUsage.rss() / mebi).toFixed(0)} MiB resident`,
  );
}

function prepareWords(): [string, number] {
  const text = Buffer.concat(loadCorpus().books.map((book) => book.text));
  const path = join(root, 'words.txt');
  for (let i = 0; i < 30; i += 1) writeFileSync(path, text, { flag: 'a' });
  return [path, 30 * text.length];
}

/** Ten key bytes that are random enough, and the shape of TeraGen's records. */
function prepareTera(records: number): [string, number] {
  const path = join(root, 'tera');
  const chunk = Buffer.alloc(100 * 10_000);
  let state = 1;
  for (let done = 0; done < records; done += 10_000) {
    for (let i = 0; i < 10_000; i += 1) {
      for (let byte = 0; byte < 10; byte += 1) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        chunk[100 * i + byte] = state >>> 24;
      }
      chunk.write((done + i).toString(16).toUpperCase().padStart(32, '0'), 100 * i + 12);
      for (let block = 0; block < 12; block += 1) {
        chunk.fill(
          0x41 + ((state >> block) & 15),
          100 * i + 48 + 4 * block,
          100 * i + 52 + 4 * block,
        );
      }
    }
    writeFileSync(path, chunk, { flag: 'a' });
  }
  return [path, 100 * records];
}

const chosen = process.argv[2] ?? 'all';
const wants = (name: string): boolean => chosen === 'all' || chosen === name;
try {
  const words99 = wants('block') || wants('line') || wants('plain') ? prepareWords() : undefined;
  if (words99 !== undefined) {
    if (wants('block'))
      await benchJob('word count, mapBlock', wordcountBlock as unknown as AnyJob, ...words99);
    if (wants('line'))
      await benchJob('word count, map(line)', wordcount as unknown as AnyJob, ...words99);
    if (chosen === 'plain') {
      await benchJob('word count, no combine', wordcountPlain as unknown as AnyJob, ...words99);
    }
  }
  if (wants('tera')) {
    await benchJob('TeraSort', terasort as unknown as AnyJob, ...prepareTera(2_500_000));
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}
