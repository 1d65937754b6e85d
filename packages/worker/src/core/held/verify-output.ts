import { FormatError, MapIndex } from '@mapreduce/engine';
import type { Codec, Digest, Disk } from '@mapreduce/service';
import { toHex } from '@mapreduce/storage';
import { readChunk, readRange } from '../read-range.ts';
import type { OutputOnDisk } from './held-outputs.ts';

export interface VerifyPorts {
  readonly disk: Disk;
  readonly codec: Codec;
  readonly digest: Digest;
}

/**
 * Reads all of an output, once, and checks it: the index against the roots, each segment's stored
 * bytes against the index. Throws `FormatError` where anything differs, `DiskError` where it cannot
 * be read.
 */
export async function verifyOutput(
  ports: VerifyPorts,
  output: OutputOnDisk,
  partitions: number,
): Promise<void> {
  const { disk, codec, digest } = ports;
  const index = MapIndex.decode(await disk.read(output.index), codec);
  if (index.partitions !== partitions) throw new FormatError('index: not of these partitions');
  index.checkTrees(digest);
  const { storedRoot, contentRoot } = output.offer;
  if (toHex(index.storedRoot) !== storedRoot || toHex(index.contentRoot) !== contentRoot) {
    throw new FormatError('index: not the one that the manifest names');
  }
  if ((await disk.status(output.data)).size !== index.dataLength) {
    throw new FormatError('data: not of the length that the index says');
  }
  await verifySegments(ports, output.data, index);
}

async function verifySegments(
  { disk, digest }: VerifyPorts,
  path: string,
  index: MapIndex,
): Promise<void> {
  let partition = 0;
  let hash = digest.start();
  /** Of the segment that is being read. */
  let left = index.length(0);
  const endSegments = () => {
    while (left === 0 && partition < index.partitions) {
      if (toHex(hash.digest()) !== toHex(index.claim(partition).storedDigest)) {
        throw new FormatError(`data: the segment of partition ${partition} is damaged`);
      }
      partition += 1;
      hash = digest.start();
      left = partition < index.partitions ? index.length(partition) : 0;
    }
  };
  endSegments();
  const buffer = new Uint8Array(readChunk);
  for await (const chunk of readRange(disk, path, 0, index.dataLength, buffer)) {
    for (let at = 0; at < chunk.length;) {
      const length = Math.min(left, chunk.length - at);
      hash.update(chunk.subarray(at, at + length));
      at += length;
      left -= length;
      endSegments();
    }
  }
}
