import {
  type AnyJob,
  describeProgram,
  describeStreaming,
  type EnginePorts,
  MapIndex,
  type MapRun,
  type ReduceRun,
  runMap,
  runReduce,
  runStreamingMap,
  runStreamingReduce,
  toHex,
} from '@mapreduce/engine';
import type {
  JobSettings,
  MapManifest,
  Plan,
  ProgramDescription,
  ReduceManifest,
  Split,
  StreamingCommands,
} from '@mapreduce/protocol';
import { type Commands, joinPath, type SyncDisk } from '@mapreduce/service';
import { nodeCodec, nodeDigest } from '@mapreduce/service/node';
import { MemoryDisk } from '@mapreduce/service/virtual';
import type { RangeSource } from '@mapreduce/storage';
import { aDigest, aJobSettings, anAttempt, aSplit } from './builders.ts';

/** An input's bytes, at hand. */
export class BytesSource implements RangeSource {
  readonly #bytes: Uint8Array;
  /** Gives at most so many bytes a read, as networks do. */
  readonly #most: number;

  constructor(bytes: Uint8Array, most = Number.MAX_SAFE_INTEGER) {
    this.#bytes = bytes;
    this.#most = most;
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    const end = position + Math.min(target.length, this.#most);
    const found = this.#bytes.subarray(position, end);
    target.set(found);
    return Promise.resolve(found.length);
  }

  async checkUnchanged(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }
}

export interface ProgramRun {
  /** Input files by name; a text is UTF-8. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly settings?: Partial<JobSettings>;
  readonly bounds?: readonly string[];
  /** Default: all of a file. */
  readonly splitSize?: number;
  readonly disk?: SyncDisk;
  readonly onProgress?: MapRun['onProgress'];
}

export interface ProgramOutcome {
  /** The parts' bytes. */
  readonly parts: readonly Uint8Array[];
  readonly maps: readonly MapManifest[];
  readonly reduces: readonly ReduceManifest[];
  /** Each map attempt's data file. */
  readonly mapData: readonly Uint8Array[];
}

/** Cuts files as the planner does: by size alone, and a file of the whole-file reader not at all. */
export function splitsOf(
  files: readonly { readonly name: string; readonly size: number }[],
  splitSize: number,
): Split[] {
  const splits: Split[] = [];
  for (const { name, size } of files) {
    for (let start = 0; start === 0 || start < size; start += splitSize) {
      const end = Math.min(size, start + splitSize);
      splits.push(aSplit({ index: splits.length, name, start, end, size, version: '1' }));
    }
  }
  return splits;
}

/** A program of whatever kind, ready to run. */
interface Runnable {
  describe(settings: JobSettings): ProgramDescription;
  map(run: Omit<MapRun, 'job'>, ports: EnginePorts): Promise<MapManifest>;
  reduce(run: Omit<ReduceRun, 'job'>, ports: EnginePorts): ReduceManifest | Promise<ReduceManifest>;
}

/** Runs a program through the engine alone: all maps, then all reduces, one after another. */
export function runProgram(program: object, run: ProgramRun): Promise<ProgramOutcome> {
  const job = program as AnyJob;
  const runnable: Runnable = {
    describe: () => describeProgram(job),
    map: (map, ports) => runMap({ ...map, job }, ports),
    reduce: (reduce, ports) => runReduce({ ...reduce, job }, ports),
  };
  return runAll(runnable, run);
}

/** Runs streaming commands in the same way. */
export function runStreaming(
  commands: StreamingCommands,
  run: ProgramRun,
  machine: Commands,
): Promise<ProgramOutcome> {
  const runnable: Runnable = {
    describe: (settings) => describeStreaming(commands, settings, machine),
    map: (map, ports) =>
      runStreamingMap(
        { ...map, commands, attempt: anAttempt('map', map.split.index) },
        { ...ports, commands: machine },
      ),
    reduce: (reduce, ports) =>
      runStreamingReduce(
        { ...reduce, commands, attempt: anAttempt('reduce', reduce.partition) },
        { ...ports, commands: machine },
      ),
  };
  return runAll(runnable, run);
}

async function runAll(program: Runnable, run: ProgramRun): Promise<ProgramOutcome> {
  const disk = run.disk ?? new MemoryDisk().sync;
  const ports: EnginePorts = { disk, codec: nodeCodec, digest: nodeDigest };
  const settings = aJobSettings({ fsync: false, ...run.settings });
  const description = program.describe(settings);
  const inputs = Object.entries(run.files).map(([name, content]) => ({
    name,
    bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content,
  }));
  const splits = splitsOf(
    inputs.map(({ name, bytes }) => ({ name, size: bytes.length })),
    description.reader.kind === 'file'
      ? Number.MAX_SAFE_INTEGER
      : (run.splitSize ?? Number.MAX_SAFE_INTEGER),
  );
  const plan: Plan = {
    description,
    maps: splits.length,
    digest: aDigest('5'),
    ...(run.bounds === undefined ? {} : { bounds: [...run.bounds] }),
  };
  const shared = { settings, plan, onProgress: run.onProgress ?? (() => undefined) };
  const maps: MapManifest[] = [];
  for (const split of splits) {
    const directory = `/maps/${split.index}`;
    disk.makeDirectory(directory);
    const input = inputs.find(({ name }) => name === split.name);
    const source = new BytesSource(input?.bytes ?? new Uint8Array(0));
    maps.push(await program.map({ ...shared, split, source, directory }, ports));
  }
  const indexes = maps.map((_, map) =>
    MapIndex.decode(readFile(disk, `/maps/${map}/index`), nodeCodec),
  );
  const reduces: ReduceManifest[] = [];
  for (let partition = 0; partition < settings.reducers; partition += 1) {
    const directory = `/reduces/${partition}`;
    const outputDirectory = joinPath(directory, 'out');
    disk.makeDirectory(outputDirectory);
    const segments = indexes.map((index, map) => ({
      map,
      path: `/maps/${map}/data`,
      offset: index.offset(partition),
      length: index.length(partition),
      records: index.records(partition),
    }));
    const consumed = aDigest('c');
    reduces.push(
      await program.reduce(
        { ...shared, partition, segments, directory, outputDirectory, consumed },
        ports,
      ),
    );
  }
  return {
    maps,
    reduces,
    mapData: maps.map((_, map) => readFile(disk, `/maps/${map}/data`)),
    parts: reduces.map(({ files }, partition) => {
      const [file] = files;
      const bytes = readFile(disk, `/reduces/${partition}/out/${file?.name ?? ''}`);
      if (toHex(nodeDigest.of(bytes)) !== file?.sha256) throw new Error('a wrong digest');
      return bytes;
    }),
  };
}

/** All of a file. */
export function readFile(disk: SyncDisk, path: string): Uint8Array {
  const bytes = new Uint8Array(disk.status(path).size);
  const file = disk.open(path);
  for (let at = 0; at < bytes.length;) at += file.read(bytes.subarray(at), at);
  file.close();
  return bytes;
}
