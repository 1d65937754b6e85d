import type { Digest, Hash, SyncFile } from '@mapreduce/service';
import type { SegmentSummary, SegmentWriter } from '../records.ts';
import { copyWords, leastWords, mostWords, viewOf } from '../codec/copy-words.ts';
import { type BlockFormat, blockSize, maxRecordLength } from './block-format.ts';

/** Below this many bytes a loop beats `set(subarray)`, which makes an object. */
const shortCopy = 48;

/** Collects records into blocks, stores them, and digests both forms on the way. */
export class BlockSegmentWriter implements SegmentWriter {
  readonly #file: SyncFile;
  readonly #format: BlockFormat;
  readonly #buffer: Uint8Array;
  readonly #view: DataView;
  readonly #content: Hash;
  readonly #stored: Hash;
  #filled = 0;
  #inBlock = 0;
  #records = 0;
  #length = 0;

  /** `buffer` holds `blockSize` bytes, and is the writer's until it has finished. */
  constructor(file: SyncFile, format: BlockFormat, digest: Digest, buffer: Uint8Array) {
    this.#file = file;
    this.#format = format;
    this.#buffer = buffer;
    this.#view = viewOf(buffer);
    this.#content = digest.start();
    this.#stored = digest.start();
  }

  append(source: Uint8Array, start: number, end: number, view?: DataView): void {
    const length = end - start;
    let at = this.#filled;
    if (at + length > blockSize) {
      this.#flush();
      at = 0;
      if (length > blockSize) {
        if (length > maxRecordLength) {
          throw new RangeError(`a record of ${length} bytes; at most ${maxRecordLength} can be`);
        }
        this.#store(source.subarray(start, end), 1);
        return;
      }
    }
    const buffer = this.#buffer;
    if (view !== undefined && length >= leastWords && length <= mostWords) {
      copyWords(view, start, end, this.#view, at);
    } else if (length > shortCopy) {
      buffer.set(source.subarray(start, end), at);
    } else {
      for (let from = start; from < end; from++) buffer[at++] = source[from] as number;
    }
    this.#filled += length;
    this.#inBlock++;
  }

  finish(): SegmentSummary {
    this.#flush();
    return {
      records: this.#records,
      length: this.#length,
      storedDigest: this.#stored.digest(),
      contentDigest: this.#content.digest(),
    };
  }

  #flush(): void {
    if (this.#inBlock === 0) return;
    this.#store(this.#buffer.subarray(0, this.#filled), this.#inBlock);
    this.#filled = 0;
    this.#inBlock = 0;
  }

  #store(records: Uint8Array, count: number): void {
    this.#content.update(records);
    const { header, payload } = this.#format.store(records, count);
    if (this.#length === 0) this.#write(this.#format.preamble);
    this.#write(header);
    this.#write(payload);
    this.#records += count;
  }

  #write(bytes: Uint8Array): void {
    this.#file.append(bytes);
    this.#stored.update(bytes);
    this.#length += bytes.length;
  }
}
