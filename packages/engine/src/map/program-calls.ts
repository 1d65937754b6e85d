import type { BlockEmit, Emit, Key, MapContext, Value } from '@mapreduce/sdk';
import { KeyCodec } from '../codec/keys.ts';
import { FixedCalls, jsonLine, LineCalls, type RecordCalls } from '../input/record-calls.ts';
import { maxLineLength } from '../input/open-input.ts';
import type { ProgressMeter } from '../progress-meter.ts';
import type { RecordContext } from '../task-context.ts';
import { type MapRun, ProgramError } from '../tasks.ts';
import type { Collector } from './collector.ts';
import { HeldEmissions } from './held-emissions.ts';
import type { OpenMap } from './open-map.ts';
import { SkippingCalls } from './skipping-calls.ts';

/** What `map` and `mapBlock` are given to emit with. */
export type EmitTarget = Pick<Collector, 'pair' | 'text' | 'words' | 'bytes'>;

/** What a program returns is looked at, though it should be nothing. */
type MapRecord = (record: unknown, emit: Emit<Key, Value>, context: MapContext) => unknown;
type MapBlock = (block: Uint8Array, emit: BlockEmit, context: MapContext) => unknown;

/**
 * Binds a program's map to its reader, its collector and its context. A `mapBlock` sees many records
 * at once: none of them can be skipped.
 */
export function programCalls(
  run: MapRun,
  target: EmitTarget,
  { context, progress, skipping }: OpenMap,
): RecordCalls {
  const { job, plan, settings } = run;
  if (job.mapBlock !== undefined) return blockCalls(job.mapBlock, target, context, progress);
  if (skipping === undefined) return recordCalls(run, job.map, target, context, progress);
  const { description } = plan;
  const held = new HeldEmissions(new KeyCodec(description), Math.floor(settings.memory / 4));
  const calls = recordCalls(run, job.map, held, context, progress);
  return new SkippingCalls({ reader: description.reader, calls, held, target, ...skipping });
}

function blockCalls(
  mapBlock: MapBlock,
  target: EmitTarget,
  context: RecordContext,
  progress: ProgressMeter,
): RecordCalls {
  return {
    call({ bytes, start, end, offset }) {
      context.offset = offset;
      progress.records += 1;
      const result = mapBlock(bytes.subarray(start, end), target, context);
      if (result !== undefined) refusePromise(result);
    },
  };
}

function recordCalls(
  { settings, plan }: MapRun,
  map: MapRecord,
  target: Pick<EmitTarget, 'pair'>,
  context: RecordContext,
  progress: ProgressMeter,
): RecordCalls {
  const emit: Emit<Key, Value> = (key, value) => target.pair(key, value);
  const call = (record: unknown): void => {
    const result = map(record, emit, context);
    if (result !== undefined) refusePromise(result);
  };
  const { reader } = plan.description;
  switch (reader.kind) {
    case 'lines':
    case 'ndjson': {
      const maxLength = maxLineLength(reader, settings.memory);
      const onLine = reader.kind === 'lines' ? call : jsonLine(call, context);
      return new LineCalls(onLine, context, progress, maxLength);
    }
    case 'fixed':
      return new FixedCalls(call, context, progress, reader.length);
    case 'file':
      return {
        call({ bytes, start, end }) {
          progress.records += 1;
          call({ file: context.file, bytes: bytes.subarray(start, end) });
        },
      };
  }
}

/** An arrow may return anything; a promise means that the program is still at work. */
export function refusePromise(result: unknown): void {
  if (typeof result !== 'object' || result === null || !('then' in result)) return;
  if (typeof result.then !== 'function') return;
  throw new ProgramError('the program returned a promise; user functions are synchronous');
}
