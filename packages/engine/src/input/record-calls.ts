import { InputError } from '@mapreduce/storage';
import type { RecordContext } from '../task-context.ts';
import type { ProgressMeter } from '../progress-meter.ts';
import type { InputBlock } from './blocks.ts';
import { lineTooLong } from './line-blocks.ts';

/** Hands the records of blocks to a program. */
export interface RecordCalls {
  /** Counts them in the progress; throws what the program throws. */
  call(block: InputBlock): void;
}

/** The program's `map` (or `mapBlock`) with its emit bound; the result is looked at, not used. */
export type Call<R> = (record: R) => void;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
/**
 * Lines are decoded so many bytes at a time: enough to make the cost of a call small, and not so
 * many that a program that keeps a piece of a line keeps much more alive.
 */
const pieceSize = 1 << 16;
/** A byte order mark is a character of the line. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Calls with each line as a string. */
export class LineCalls implements RecordCalls {
  readonly #call: Call<string>;
  readonly #context: RecordContext;
  readonly #progress: ProgressMeter;
  readonly #maxLength: number;
  /** Records after which progress is told next. */
  #tellAt = 1;

  constructor(
    call: Call<string>,
    context: RecordContext,
    progress: ProgressMeter,
    maxLength: number,
  ) {
    this.#call = call;
    this.#context = context;
    this.#progress = progress;
    this.#maxLength = maxLength;
  }

  call({ bytes, start, end, offset }: InputBlock): void {
    let from = start;
    while (from < end) {
      const to = pieceEnd(bytes, from, end);
      this.#callPiece(bytes, from, to, offset + (from - start));
      from = to;
    }
  }

  #callPiece(bytes: Uint8Array, start: number, end: number, offset: number): void {
    const call = this.#call;
    const context = this.#context;
    const progress = this.#progress;
    const maxLength = this.#maxLength;
    const text = decoder.decode(bytes.subarray(start, end));
    // A UTF-16 unit comes of at least one byte: as many units as bytes means unit i is byte i, and
    // the lines are slices of one string, one byte a character.
    const aligned = text.length === end - start;
    let line = start;
    while (line < end) {
      let lineEnd = aligned ? text.indexOf('\n', line - start) : bytes.indexOf(lineFeed, line);
      if (aligned && lineEnd >= 0) lineEnd += start;
      const next = lineEnd < 0 || lineEnd >= end ? end : lineEnd + 1;
      let textEnd = next;
      if (bytes[next - 1] === lineFeed) {
        textEnd -= 1;
        if (textEnd > line && bytes[textEnd - 1] === carriageReturn) textEnd -= 1;
      }
      context.offset = offset + (line - start);
      progress.records += 1;
      if (textEnd - line > maxLength) throw lineTooLong(context.file, context.offset, maxLength);
      call(
        aligned
          ? text.slice(line - start, textEnd - start)
          : decoder.decode(bytes.subarray(line, textEnd)),
      );
      if (progress.records >= this.#tellAt) this.#tellAt = progress.records + progress.tell();
      line = next;
    }
  }
}

/** The end of whole lines of about `pieceSize` bytes. */
function pieceEnd(bytes: Uint8Array, start: number, end: number): number {
  if (end - start <= pieceSize) return end;
  const last = bytes.lastIndexOf(lineFeed, start + pieceSize - 1);
  if (last >= start) return last + 1;
  const next = bytes.indexOf(lineFeed, start + pieceSize);
  return next < 0 || next >= end ? end : next + 1;
}

/** Calls with what each line says in JSON; blank lines are passed over. */
export function jsonLine(call: Call<unknown>, context: RecordContext): Call<string> {
  return (line) => {
    if (line.trim() === '') return;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      const { file, offset } = context;
      const what = error instanceof Error ? error.message : String(error);
      throw new InputError(`the line at byte ${offset} of ${file} is not JSON: ${what}`, {
        cause: error,
        position: { file, offset },
      });
    }
    call(value);
  };
}

/** Calls with each record of a fixed length, as a copy. */
export class FixedCalls implements RecordCalls {
  readonly #call: Call<Uint8Array>;
  readonly #context: RecordContext;
  readonly #progress: ProgressMeter;
  readonly #length: number;
  #tellAt = 1;

  constructor(
    call: Call<Uint8Array>,
    context: RecordContext,
    progress: ProgressMeter,
    length: number,
  ) {
    this.#call = call;
    this.#context = context;
    this.#progress = progress;
    this.#length = length;
  }

  call({ bytes, start, end, offset }: InputBlock): void {
    const length = this.#length;
    for (let record = start; record < end; record += length) {
      this.#context.offset = offset + (record - start);
      this.#progress.records += 1;
      this.#call(bytes.slice(record, record + length));
      if (this.#progress.records >= this.#tellAt) {
        this.#tellAt = this.#progress.records + this.#progress.tell();
      }
    }
  }
}
