import { ByteWriter } from '../codec/byte-writer.ts';
import type { InputBlock } from '../input/blocks.ts';
import { lineTooLong } from '../input/line-blocks.ts';
import type { ProgressMeter } from '../progress-meter.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** The records of blocks as a command reads them: each ends with a line feed and nothing else. */
export class RecordLines {
  readonly #file: string;
  readonly #progress: ProgressMeter;
  readonly #maxLength: number;
  readonly #rewritten = new ByteWriter(1024);

  /** Counts records in `progress`. */
  constructor(file: string, progress: ProgressMeter, maxLength: number) {
    this.#file = file;
    this.#progress = progress;
    this.#maxLength = maxLength;
  }

  /** Valid until the next call. Throws `InputError` at a line over the limit. */
  of({ bytes, start, end, offset }: InputBlock): Uint8Array {
    const rewritten = this.#rewritten;
    const firstReturn = bytes.indexOf(carriageReturn, start);
    const isPlain = (firstReturn < 0 || firstReturn >= end) && bytes[end - 1] === lineFeed;
    rewritten.reset();
    for (let line = start; line < end;) {
      const at = bytes.indexOf(lineFeed, line);
      const isEnded = at >= 0 && at < end;
      let lineEnd = isEnded ? at : end;
      const next = isEnded ? at + 1 : end;
      if (isEnded && lineEnd > line && bytes[lineEnd - 1] === carriageReturn) lineEnd -= 1;
      if (lineEnd - line > this.#maxLength) {
        throw lineTooLong(this.#file, offset + (line - start), this.#maxLength);
      }
      this.#progress.records += 1;
      if (!isPlain) {
        rewritten.raw(bytes, line, lineEnd);
        rewritten.byte(lineFeed);
      }
      line = next;
    }
    return isPlain ? bytes.subarray(start, end) : rewritten.bytes.subarray(0, rewritten.length);
  }
}
