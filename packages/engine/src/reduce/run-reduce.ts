import type { ReduceManifest } from '@mapreduce/protocol';
import type { Emit, Key, Value } from '@mapreduce/sdk';
import { DiskError } from '@mapreduce/service';
import { partName } from '@mapreduce/storage';
import { EncodeError } from '../codec/errors.ts';
import { KeyCodec } from '../codec/keys.ts';
import { Combiner, messageOf } from '../map/combiner.ts';
import { EmissionGate } from '../map/emission-gate.ts';
import { refusePromise } from '../map/program-calls.ts';
import { Groups } from '../merge/groups.ts';
import { LoserTree } from '../merge/loser-tree.ts';
import { ValuesOnce } from '../merge/values-once.ts';
import { recordCopierOf } from '../output/identity.ts';
import { pairWriterOf } from '../output/pair-writers.ts';
import { PartFileWriter } from '../output/part-file.ts';
import { FormatError, type RecordCursor } from '../records.ts';
import { CounterContext } from '../task-context.ts';
import { type EnginePorts, ProgramError, type ReduceRun } from '../tasks.ts';
import { MergeProgress } from './merge-progress.ts';
import { ReduceInputs } from './reduce-inputs.ts';

/** Runs a reduce task, synchronously. Throws `ProgramError`, `FormatError` or `DiskError`. */
export function runReduce(run: ReduceRun, ports: EnginePorts): ReduceManifest {
  const { job, settings } = run;
  const progress = new MergeProgress(run);
  const keys = new KeyCodec(run.plan.description);
  const inputs = new ReduceInputs(run, keys, ports);
  const part = new PartFileWriter(
    run.outputDirectory,
    partName(run.partition),
    settings.fsync,
    ports,
  );
  const context = new CounterContext();
  try {
    const combiner = job.combine === undefined ? undefined : new Combiner(job.combine);
    const cursors = inputs.open(combiner, () => progress.tell());
    const task = new ReduceTask(run, keys, part, progress);
    const { groups, recordsOut } =
      job.reduce === undefined ? task.copy(cursors) : task.reduce(cursors, job.reduce, context);
    return {
      kind: 'reduce',
      files: [part.finish()],
      recordsIn: progress.recordsIn,
      bytesIn: progress.bytesIn,
      groups,
      recordsOut,
      spills: inputs.spills,
      counters: context.counters(),
      consumed: run.consumed,
      plan: run.plan.digest,
    };
  } catch (error) {
    part.abandon();
    throw error;
  } finally {
    inputs.close();
  }
}

interface Outcome {
  readonly groups: number;
  readonly recordsOut: number;
}

class ReduceTask {
  readonly #run: ReduceRun;
  readonly #keys: KeyCodec;
  readonly #part: PartFileWriter;
  readonly #progress: MergeProgress;

  constructor(run: ReduceRun, keys: KeyCodec, part: PartFileWriter, progress: MergeProgress) {
    this.#run = run;
    this.#keys = keys;
    this.#part = part;
    this.#progress = progress;
  }

  /** Without reduce, every pair goes to the writer as it is. */
  copy(cursors: readonly RecordCursor[]): Outcome {
    const copyRecord = recordCopierOf(this.#run.plan.description.writer, this.#keys);
    const part = this.#part;
    const tree = new LoserTree(cursors);
    let records = 0;
    let tellAt = 1;
    for (let record = tree.current; record !== undefined; record = tree.current) {
      copyRecord(record, part.buffer);
      part.written();
      tree.advance();
      records += 1;
      if (records === tellAt) tellAt += this.#progress.merged(records);
    }
    this.#progress.merged(records);
    return { groups: records, recordsOut: records };
  }

  reduce(
    cursors: readonly RecordCursor[],
    reduce: (
      key: Key,
      values: Iterable<Value>,
      emit: Emit<Key, Value>,
      context: CounterContext,
    ) => unknown,
    context: CounterContext,
  ): Outcome {
    const part = this.#part;
    const { buffer } = part;
    const write = pairWriterOf(this.#run.plan.description.writer);
    const gate = new EmissionGate();
    let recordsOut = 0;
    let tellAt = 1;
    const emit: Emit<Key, Value> = (key, value) => {
      if (gate.closed) gate.refuse();
      const from = buffer.length;
      try {
        write(key, value, buffer);
        recordsOut += 1;
        if (recordsOut === tellAt) tellAt += this.#progress.tell();
        part.written();
      } catch (error) {
        buffer.length = Math.min(from, buffer.length);
        gate.fail(error);
        throw error;
      }
    };
    const groups: Groups = new Groups(cursors, this.#keys, () =>
      this.#progress.merged(groups.records),
    );
    let count = 0;
    while (groups.next()) {
      count += 1;
      const values = new ValuesOnce(groups, 'reduce');
      try {
        const result = reduce(groups.key(), values, emit, context);
        if (result !== undefined) refusePromise(result);
        if (gate.closed) gate.refuse();
      } catch (error) {
        throw this.#blame(error, groups);
      }
      values.close();
    }
    gate.end();
    this.#progress.merged(groups.records);
    return { groups: count, recordsOut };
  }

  #blame(error: unknown, groups: Groups): unknown {
    if (error instanceof DiskError || error instanceof FormatError) return error;
    const key = JSON.stringify(groups.key()).slice(0, 200);
    const place = `for the key ${key} of partition ${this.#run.partition}`;
    if (error instanceof ProgramError) {
      return new ProgramError(`${error.message} (${place})`, { cause: error.cause });
    }
    if (error instanceof EncodeError) {
      const message = `reduce emitted what cannot be encoded ${place}: ${error.message}`;
      return new ProgramError(message, { cause: error });
    }
    return new ProgramError(`reduce failed ${place}: ${messageOf(error)}`, { cause: error });
  }
}
