import { MapIndex, toHex } from '@mapreduce/engine';
import type { MapManifest } from '@mapreduce/protocol';
import type { SyncDisk } from '@mapreduce/service';
import { nodeCodec, nodeDigest } from '@mapreduce/service/node';
import { aMapManifest } from './builders.ts';

/**
 * Writes what a map attempt leaves, as data and index, with these stored segments, one a partition.
 * Bytes are taken for records, one each, which is all the same to whoever moves segments.
 */
export function writeMapOutput(
  disk: SyncDisk,
  directory: string,
  segments: readonly Uint8Array[],
): MapManifest {
  const summaries = segments.map((bytes) => ({
    records: bytes.length,
    length: bytes.length,
    storedDigest: nodeDigest.of(bytes),
    contentDigest: nodeDigest.of(bytes),
  }));
  const index = MapIndex.build('binary', summaries, { codec: nodeCodec, digest: nodeDigest });
  disk.makeDirectory(directory);
  const data = disk.create(`${directory}/data`);
  for (const bytes of segments) data.append(bytes);
  data.close();
  const file = disk.create(`${directory}/index`);
  file.append(index.encode());
  file.close();
  return aMapManifest({
    storedRoot: toHex(index.storedRoot),
    contentRoot: toHex(index.contentRoot),
    partitionRecords: summaries.map(({ records }) => records),
    partitionBytes: summaries.map(({ length }) => length),
  });
}
