import type { ExecutorCommand, ProgramDescription, Result, Task } from '@mapreduce/protocol';
import type { Executor, ExecutorEvents, Spawn, SyncDisk } from '@mapreduce/service';
import type { SeededRandom } from '@mapreduce/service/virtual';
import type { SimulatedProcess } from '../core/world/process.ts';
import type { GridClock } from './grid-clock.ts';
import type { Figure3Scenario } from './scenario.ts';

type RunCommand = Extract<ExecutorCommand, { kind: 'run' }>;

/** An executor says so often how far it has come. */
const progressMs = 5_000;
/** sha256 of nothing: parts have no bytes here. */
const emptyDigest = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const description: ProgramDescription = {
  reader: { kind: 'fixed', length: 100 },
  writer: { kind: 'text' },
  map: 'record',
  combine: false,
  reduce: true,
  partition: { kind: 'hash' },
  order: [],
  sideEffects: false,
  deterministic: true,
};

export interface CostSpawnOptions {
  readonly clock: GridClock;
  readonly scenario: Figure3Scenario;
  readonly process: SimulatedProcess;
  readonly random: SeededRandom;
  readonly disk: SyncDisk;
  /** How many times as long its tasks take. */
  readonly times: number;
  /** The same for all maps: 4,000 numbers each would be 60 million. */
  readonly partitionSizes: readonly number[];
}

/** Executors that only let time pass. */
export class CostSpawn implements Spawn {
  readonly #options: CostSpawnOptions;

  constructor(options: CostSpawnOptions) {
    this.#options = options;
  }

  executor(events: ExecutorEvents): Executor {
    const { clock, process } = this.#options;
    let isDead = false;
    const later = (ms: number, task: () => void) =>
      clock.tell(ms, () =>
        process.enter(() => {
          if (!isDead) task();
        }),
      );
    return {
      send: (command) => {
        if (command.kind === 'load') later(0, () => events.onReport({ kind: 'ready' }));
        else this.#run(command, events, later);
      },
      kill: () => {
        isDead = true;
      },
    };
  }

  #run(
    command: RunCommand,
    events: ExecutorEvents,
    later: (ms: number, task: () => void) => void,
  ): void {
    const { attempt, task } = command;
    const ms = this.#durationOf(task);
    const totalBytes = Math.round(this.#bytesOf(task));
    for (let at = progressMs; at < ms; at += progressMs) {
      const bytes = Math.floor((totalBytes * at) / ms);
      const progress = { records: Math.floor(bytes / 100), bytes, totalBytes, fetchedBytes: 0 };
      later(at, () => events.onReport({ kind: 'progress', attempt, progress }));
    }
    later(ms, () => events.onReport({ kind: 'done', attempt, result: this.#result(command) }));
  }

  #bytesOf({ kind }: Task): number {
    const { bytes, maps, reducers } = this.#options.scenario;
    if (kind === 'map') return bytes / maps;
    return kind === 'reduce' ? bytes / reducers : 0;
  }

  #durationOf(task: Task): number {
    const { random, scenario, times } = this.#options;
    const rate = task.kind === 'map' ? scenario.mapRate : scenario.reduceRate;
    const chance = 1 + scenario.spread * (2 * random.float() - 1);
    return (this.#bytesOf(task) / rate) * chance * times;
  }

  #result({ task, outputDirectory, consumed, plan }: RunCommand): Result {
    const { disk, partitionSizes, scenario } = this.#options;
    const [records = 0] = partitionSizes;
    if (task.kind === 'describe' || task.kind === 'sample') {
      return { kind: 'describe', description };
    }
    const common = { spills: 0, counters: {} };
    if (task.kind === 'map') {
      const recordsOut = records * scenario.reducers;
      const numbers = { recordsIn: recordsOut, recordsEmitted: recordsOut, recordsOut };
      const bytes = { bytesIn: 100 * recordsOut, bytesOut: 100 * recordsOut };
      const root = `${task.split.index}`.padStart(64, '0');
      return {
        kind: 'map',
        ...{ storedRoot: root, contentRoot: root, skipped: [] },
        partitionRecords: [...partitionSizes],
        partitionBytes: [...partitionSizes],
        ...{ ...numbers, ...bytes, ...common },
      };
    }
    const name = `part-${`${task.partition}`.padStart(5, '0')}`;
    disk.create(`${outputDirectory ?? ''}/${name}`).close();
    const recordsIn = records * scenario.maps;
    return {
      kind: 'reduce',
      files: [{ name, length: 0, sha256: emptyDigest }],
      ...{ recordsIn, bytesIn: 100 * recordsIn, groups: recordsIn, recordsOut: recordsIn },
      ...{ ...common, consumed: consumed ?? '', plan: plan?.digest ?? '' },
    };
  }
}
