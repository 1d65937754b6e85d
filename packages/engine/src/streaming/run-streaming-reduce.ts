import type { ReduceManifest } from '@mapreduce/protocol';
import { partName } from '@mapreduce/storage';
import { KeyCodec } from '../codec/keys.ts';
import { PartFileWriter } from '../output/part-file.ts';
import type { RecordCursor } from '../records.ts';
import { MergeProgress } from '../reduce/merge-progress.ts';
import { ReduceInputs } from '../reduce/reduce-inputs.ts';
import { CounterContext } from '../task-context.ts';
import { reduceEnvironment } from './environment.ts';
import { feedPairs } from './pair-lines.ts';
import { runCommand } from './run-command.ts';
import type { StreamingPorts, StreamingReduceRun } from './streaming-run.ts';

const lineFeed = 0x0a;

/** Runs a reduce of a streaming program. Throws `ProgramError`, `FormatError` or `DiskError`. */
export async function runStreamingReduce(
  run: StreamingReduceRun,
  ports: StreamingPorts,
): Promise<ReduceManifest> {
  const { outputDirectory, partition, plan, settings } = run;
  const progress = new MergeProgress(run);
  const inputs = new ReduceInputs(run, new KeyCodec(plan.description), ports);
  const part = new PartFileWriter(outputDirectory, partName(partition), settings.fsync, ports);
  const lines = new PartLines(part);
  const context = new CounterContext();
  const onRecords = (records: number): number => progress.merged(records);
  try {
    const cursors = inputs.open(undefined, () => progress.tell());
    const groups = await reduced(run, ports, cursors, { context, lines, onRecords });
    lines.end();
    onRecords(progress.recordsIn);
    return {
      kind: 'reduce',
      files: [part.finish()],
      recordsIn: progress.recordsIn,
      bytesIn: progress.bytesIn,
      groups,
      recordsOut: lines.count,
      spills: inputs.spills,
      counters: context.counters(),
      consumed: run.consumed,
      plan: plan.digest,
    };
  } catch (error) {
    part.abandon();
    throw error;
  } finally {
    inputs.close();
  }
}

interface Reducing {
  readonly context: CounterContext;
  readonly lines: PartLines;
  readonly onRecords: (records: number) => number;
}

/** Returns how many different keys there were. */
async function reduced(
  run: StreamingReduceRun,
  ports: StreamingPorts,
  cursors: readonly RecordCursor[],
  { context, lines, onRecords }: Reducing,
): Promise<number> {
  const { reducer } = run.commands;
  if (reducer === undefined) {
    // What a reducer would read is the part.
    const write = (bytes: Uint8Array): Promise<void> => {
      lines.push(bytes);
      return Promise.resolve();
    };
    return feedPairs(cursors, write, onRecords);
  }
  let keys = 0;
  await runCommand(
    {
      role: 'reducer',
      command: reducer.command,
      environment: reduceEnvironment(run),
      place: `partition ${run.partition}`,
      context,
      onAlive: () => void onRecords(lines.merged),
      feed: async (write) => {
        keys = await feedPairs(cursors, write, (records) => {
          lines.merged = records;
          return onRecords(records);
        });
      },
      take: (chunk) => lines.push(chunk),
    },
    ports,
  );
  return keys;
}

/** A part as a command writes it, its last line ended. */
class PartLines {
  count = 0;
  /** Pairs that the command has been given. */
  merged = 0;
  readonly #part: PartFileWriter;
  #isEnded = true;

  constructor(part: PartFileWriter) {
    this.#part = part;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, at + 1)) {
      this.count += 1;
    }
    this.#isEnded = chunk[chunk.length - 1] === lineFeed;
    this.#part.buffer.raw(chunk, 0, chunk.length);
    this.#part.written();
  }

  end(): void {
    if (this.#isEnded) return;
    this.push(Uint8Array.of(lineFeed));
  }
}
