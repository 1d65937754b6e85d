import type { ProgramDescription } from '@mapreduce/protocol';
import type { InputBlock } from '../input/blocks.ts';
import type { RecordCalls } from '../input/record-calls.ts';
import type { HeldEmissions } from './held-emissions.ts';
import type { EmitTarget } from './program-calls.ts';
import type { SkippedRecords } from './skipped-records.ts';
import type { UndoableContext } from './undoable-context.ts';

export interface SkippingCallsOptions {
  readonly reader: ProgramDescription['reader'];
  /** Maps a block, here of one record, and emits to `held`. */
  readonly calls: RecordCalls;
  readonly held: HeldEmissions;
  readonly target: Pick<EmitTarget, 'pair'>;
  readonly context: UndoableContext;
  readonly skipped: SkippedRecords;
}

const lineFeed = 0x0a;

/**
 * Hands records to a program one by one. Of a record on which it throws nothing counts: neither what
 * it emitted nor what it counted. What `combine` and `partition` throw concerns a key, and is no
 * fault of the record's.
 */
export class SkippingCalls implements RecordCalls {
  readonly #options: SkippingCallsOptions;

  constructor(options: SkippingCallsOptions) {
    this.#options = options;
  }

  call({ bytes, start, end, offset }: InputBlock): void {
    let from = start;
    while (from < end) {
      const to = this.#recordEnd(bytes, from, end);
      this.#callOne({ bytes, start: from, end: to, offset: offset + (from - start) });
      from = to;
    }
  }

  #callOne(record: InputBlock): void {
    const { calls, context, held, skipped, target } = this.#options;
    context.keep();
    held.open();
    try {
      calls.call(record);
    } catch (error) {
      if (held.overflow !== undefined) throw held.overflow;
      context.undo();
      const { bytes, start, end, offset } = record;
      skipped.add({ offset, length: end - start, head: bytes.subarray(start, end), error });
      return;
    } finally {
      held.close();
    }
    if (held.overflow !== undefined) throw held.overflow;
    held.emitTo(target);
  }

  #recordEnd(bytes: Uint8Array, start: number, end: number): number {
    const { reader } = this.#options;
    switch (reader.kind) {
      case 'lines':
      case 'ndjson': {
        const at = bytes.indexOf(lineFeed, start);
        return at < 0 || at >= end ? end : at + 1;
      }
      case 'fixed':
        return start + reader.length;
      case 'file':
        return end;
    }
  }
}
