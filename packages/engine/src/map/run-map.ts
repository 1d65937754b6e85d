import type { MapManifest } from '@mapreduce/protocol';
import { wordNumbersOf } from '@mapreduce/sdk/engine';
import { toHex } from '../codec/hex.ts';
import { KeyCodec } from '../codec/keys.ts';
import type { MapIndex } from '../segments/index-file.ts';
import type { RecordContext } from '../task-context.ts';
import type { EnginePorts, MapRun } from '../tasks.ts';
import { blame } from './blame.ts';
import { type Collector, collectorBudget } from './collector.ts';
import { Combiner } from './combiner.ts';
import { CombiningCollector } from './combining-collector.ts';
import { MapOutput } from './map-output.ts';
import { openMap } from './open-map.ts';
import { partitionerOf } from './partitioner.ts';
import { programCalls } from './program-calls.ts';
import { RecordCollector } from './record-collector.ts';

/** Runs a map task. Throws `ProgramError`, `InputError` or `DiskError`. */
export async function runMap(run: MapRun, ports: EnginePorts): Promise<MapManifest> {
  const open = openMap(run);
  const { context, input, progress, skipping } = open;
  const tell = (): number => progress.tell();
  const combiner = run.job.combine === undefined ? undefined : new Combiner(run.job.combine);
  const keys = new KeyCodec(run.plan.description);
  const output = new MapOutput(run, ports, keys, combiner, tell);
  const collector = collectorOf(run, keys, combiner, output, tell);
  try {
    const calls = programCalls(run, collector, open);
    for (let block = await input.next(); block !== undefined; block = await input.next()) {
      try {
        calls.call(block);
      } catch (error) {
        throw blame(error, context);
      }
      progress.bytes += block.end - block.start;
      progress.tell();
    }
    await run.source.checkUnchanged();
    const index = finish(collector, context);
    return {
      ...manifestOf(index),
      recordsIn: progress.records,
      bytesIn: progress.bytes,
      recordsEmitted: collector.emitted,
      spills: output.spills,
      counters: context.counters(),
      skipped: skipping?.skipped.list ?? [],
    };
  } catch (error) {
    collector.discard();
    throw error;
  }
}

function collectorOf(
  { plan, job, settings, split }: MapRun,
  keys: KeyCodec,
  combiner: Combiner | undefined,
  output: MapOutput,
  onProgress: () => number,
): Collector {
  const options = {
    keys,
    partitioner: partitionerOf(job, keys, settings, plan),
    partitions: settings.reducers,
    output,
    budget: collectorBudget(settings.memory),
    onProgress,
    wordNumber: wordNumbersOf(job),
  };
  return combiner === undefined
    ? new RecordCollector(options, Math.ceil((split.end - split.start) * 1.1))
    : new CombiningCollector(options, combiner, plan.description.map === 'record');
}

function finish(collector: Collector, context: RecordContext): MapIndex {
  try {
    return collector.finish();
  } catch (error) {
    throw blame(error, context);
  }
}

/** What a manifest takes from the index. */
export function manifestOf(index: MapIndex) {
  const partitionRecords: number[] = [];
  const partitionBytes: number[] = [];
  let recordsOut = 0;
  let bytesOut = 0;
  for (let partition = 0; partition < index.partitions; partition += 1) {
    const records = index.records(partition);
    const bytes = index.length(partition);
    partitionRecords.push(records);
    partitionBytes.push(bytes);
    recordsOut += records;
    bytesOut += bytes;
  }
  return {
    kind: 'map' as const,
    storedRoot: toHex(index.storedRoot),
    contentRoot: toHex(index.contentRoot),
    partitionRecords,
    partitionBytes,
    recordsOut,
    bytesOut,
  };
}
