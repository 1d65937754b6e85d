import { FormatError, MapIndex } from '@mapreduce/engine';
import type { DigestHex } from '@mapreduce/protocol';
import type { Codec, Digest, Disk } from '@mapreduce/service';
import { toHex } from '@mapreduce/storage';
import { readChunk, readRange } from '../read-range.ts';
import type { OutputOnDisk } from './held-outputs.ts';

export interface VerifyPorts {
  readonly disk: Disk;
  readonly codec: Codec;
  readonly digest: Digest;
}

/** What an output must be. */
export interface ExpectedOutput {
  readonly partitions: number;
  readonly storedRoot: DigestHex;
  readonly contentRoot: DigestHex;
}

/**
 * Reads all of an output, once, and checks it: the index against the roots, each segment's stored
 * bytes against the index. Throws `FormatError` where anything differs, `DiskError` where it cannot
 * be read.
 */
export async function verifyOutput(
  { disk, codec, digest }: VerifyPorts,
  output: OutputOnDisk,
  partitions: number,
): Promise<void> {
  const index = MapIndex.decode(await disk.read(output.index), codec);
  const { storedRoot, contentRoot } = output.offer;
  checkIndex(index, { partitions, storedRoot, contentRoot }, digest);
  if ((await disk.status(output.data)).size !== index.dataLength) {
    throw new FormatError('data: not of the length that the index says');
  }
  const checker = new SegmentChecker(index, digest);
  const buffer = new Uint8Array(readChunk);
  for await (const chunk of readRange(disk, output.data, 0, index.dataLength, buffer)) {
    checker.push(chunk);
  }
  checker.finish();
}

/** Throws `FormatError` unless the index is the one of these roots, and its trees fit its entries. */
export function checkIndex(
  index: MapIndex,
  { partitions, storedRoot, contentRoot }: ExpectedOutput,
  digest: Digest,
): void {
  if (index.partitions !== partitions) throw new FormatError('index: not of these partitions');
  index.checkTrees(digest);
  if (toHex(index.storedRoot) !== storedRoot || toHex(index.contentRoot) !== contentRoot) {
    throw new FormatError('index: not the one that the manifest names');
  }
}

/** Checks the bytes of a data file against its index as they come. Throws `FormatError`. */
export class SegmentChecker {
  readonly #index: MapIndex;
  readonly #digest: Digest;
  #partition = 0;
  #hash: ReturnType<Digest['start']>;
  /** Of the segment that is being read. */
  #left: number;

  constructor(index: MapIndex, digest: Digest) {
    this.#index = index;
    this.#digest = digest;
    this.#hash = digest.start();
    this.#left = index.length(0);
    this.#endSegments();
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      if (this.#left === 0) throw new FormatError('data: longer than the index says');
      const length = Math.min(this.#left, bytes.length - at);
      this.#hash.update(bytes.subarray(at, at + length));
      at += length;
      this.#left -= length;
      this.#endSegments();
    }
  }

  /** All bytes have come. */
  finish(): void {
    if (this.#partition < this.#index.partitions) throw new FormatError('data: it is cut off');
  }

  #endSegments(): void {
    const { partitions } = this.#index;
    while (this.#left === 0 && this.#partition < partitions) {
      if (toHex(this.#hash.digest()) !== toHex(this.#index.claim(this.#partition).storedDigest)) {
        throw new FormatError(`data: the segment of partition ${this.#partition} is damaged`);
      }
      this.#partition += 1;
      this.#hash = this.#digest.start();
      this.#left = this.#partition < partitions ? this.#index.length(this.#partition) : 0;
    }
  }
}
