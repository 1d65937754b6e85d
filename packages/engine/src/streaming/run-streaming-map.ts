import type { MapManifest } from '@mapreduce/protocol';
import { ihash } from '../codec/partition.ts';
import { KeyCodec } from '../codec/keys.ts';
import { defaultMaxLength } from '../input/open-input.ts';
import { type Collector, collectorBudget } from '../map/collector.ts';
import { MapOutput } from '../map/map-output.ts';
import { openMap, type OpenMap } from '../map/open-map.ts';
import { RecordCollector } from '../map/record-collector.ts';
import { manifestOf } from '../map/run-map.ts';
import { ProgramError } from '../tasks.ts';
import { mapEnvironment } from './environment.ts';
import { OutputLines } from './output-lines.ts';
import { emitLines, feedPairs } from './pair-lines.ts';
import { RecordLines } from './record-lines.ts';
import { commandText, type Role, runCommand, type Write } from './run-command.ts';
import { SortedPairs } from './sorted-pairs.ts';
import type { StreamingMapRun, StreamingPorts } from './streaming-run.ts';

/** Runs a map of a streaming program. Throws `ProgramError`, `InputError` or `DiskError`. */
export async function runStreamingMap(
  run: StreamingMapRun,
  ports: StreamingPorts,
): Promise<MapManifest> {
  const open = openMap(run);
  const task = new StreamingMap(run, ports, open);
  const { context, progress } = open;
  const { combiner, mapper } = run.commands;
  const { collector, output } = task;
  const toCombine =
    combiner === undefined ? undefined : new SortedPairs(run, task.keys, ports, task.tell);
  try {
    const emitted = toCombine?.collector ?? collector;
    await task.stream('mapper', mapper.command, emitted, (write) => task.feedRecords(write));
    await run.source.checkUnchanged();
    if (combiner !== undefined && toCombine !== undefined) {
      const pairs = toCombine.sorted();
      await task.stream('combiner', combiner.command, collector, async (write) => {
        await feedPairs([pairs], write, task.tell);
      });
    }
    return {
      ...manifestOf(collector.finish()),
      recordsIn: progress.records,
      bytesIn: progress.bytes,
      recordsEmitted: emitted.emitted,
      spills: output.spills,
      counters: context.counters(),
      skipped: [],
    };
  } catch (error) {
    collector.discard();
    toCombine?.collector.discard();
    throw error;
  } finally {
    toCombine?.remove();
  }
}

class StreamingMap {
  readonly keys: KeyCodec;
  readonly output: MapOutput;
  readonly collector: RecordCollector;
  readonly tell: () => number;
  readonly #run: StreamingMapRun;
  readonly #ports: StreamingPorts;
  readonly #open: OpenMap;
  readonly #maxLength: number;

  constructor(run: StreamingMapRun, ports: StreamingPorts, open: OpenMap) {
    const { plan, settings, split } = run;
    this.#run = run;
    this.#ports = ports;
    this.#open = open;
    this.#maxLength = defaultMaxLength(settings.memory);
    this.tell = () => open.progress.tell();
    this.keys = new KeyCodec(plan.description);
    this.output = new MapOutput(run, ports, this.keys, undefined, this.tell);
    const { reducers } = settings;
    this.collector = new RecordCollector(
      {
        keys: this.keys,
        // The bare bytes, as of a string: a key goes where other programs' equal keys go.
        partitioner: { of: (bytes, start, end) => ihash(bytes, start + 1, end) % reducers },
        partitions: reducers,
        output: this.output,
        budget: collectorBudget(settings.memory),
        onProgress: this.tell,
        wordNumber: undefined,
      },
      Math.ceil((split.end - split.start) * 1.1),
    );
  }

  /** Runs a command whose lines go to `target`. */
  async stream(
    role: Role,
    command: readonly string[],
    target: Collector,
    feed: (write: Write) => Promise<void>,
  ): Promise<void> {
    const { split } = this.#run;
    const place = `${split.name}, bytes ${split.start} to ${split.end}`;
    const lines = new OutputLines(
      this.#maxLength,
      emitLines(target),
      () =>
        new ProgramError(
          `the ${role} ${commandText(command)}, for ${place}, wrote a line of more than ` +
            `${this.#maxLength} bytes, a quarter of --memory`,
        ),
    );
    const environment = mapEnvironment(this.#run);
    const { context } = this.#open;
    await runCommand(
      {
        ...{ role, command, environment, place, context, feed },
        onAlive: this.tell,
        take: (chunk) => lines.push(chunk),
      },
      this.#ports,
    );
    lines.end();
  }

  /** Writes the split's records, all of which count, though the command may not read to their end. */
  async feedRecords(write: Write): Promise<void> {
    const { input, progress } = this.#open;
    const records = new RecordLines(this.#run.split.name, progress, this.#maxLength);
    for (let block = await input.next(); block !== undefined; block = await input.next()) {
      await write(records.of(block));
      progress.bytes += block.end - block.start;
      progress.tell();
    }
  }
}
