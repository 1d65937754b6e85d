import { describe, expect, it } from '@jest/globals';
import { nodeCodec, nodeDigest } from '@mapreduce/service/node';
import { MemoryDisk } from '@mapreduce/service/virtual';
import { SegmentFormat } from '../blocks/segment-format.ts';
import { KeyCodec } from '../codec/keys.ts';
import { FormatError } from '../records.ts';
import { MapOutputWriter } from './attempt-writer.ts';
import { verifyClaim } from './claim.ts';
import { MapIndex } from './index-file.ts';

const settings = { format: 'binary', compression: 'zstd' } as const;
/** The record ("a" → 1). */
const record = Uint8Array.of(2, 0x02, 97, 1, 0x81);

interface Written {
  readonly disk: MemoryDisk;
  readonly index: MapIndex;
  readonly bytes: Uint8Array;
}

function writer(disk: MemoryDisk, partitions: number, fsync = false): MapOutputWriter {
  const ports = { disk: disk.sync, codec: nodeCodec, digest: nodeDigest };
  const segments = new SegmentFormat(settings, new KeyCodec({ order: [] }), ports);
  disk.sync.makeDirectory('/map');
  const options = { directory: '/map', partitions, format: settings.format, segments, fsync };
  return new MapOutputWriter(options, ports);
}

/** An attempt with so many records in each partition. */
function write(counts: readonly number[], fsync = false): Written {
  const disk = new MemoryDisk();
  const output = writer(disk, counts.length, fsync);
  counts.forEach((count, partition) => {
    if (count === 0) return;
    const segment = output.beginPartition(partition);
    for (let index = 0; index < count; index++) segment.append(record, 0, record.length);
    segment.finish();
  });
  const index = output.finish();
  const bytes = new Uint8Array(disk.sync.status('/map/index').size);
  disk.sync.open('/map/index').read(bytes, 0);
  return { disk, index, bytes };
}

describe('MapOutputWriter', () => {
  it('writes one data file and an index that finds and proves every segment', () => {
    const { disk, index, bytes } = write([2, 0, 1, 5, 0]);
    const read = MapIndex.decode(bytes, nodeCodec);
    read.checkTrees(nodeDigest);
    expect(read.storedRoot).toEqual(index.storedRoot);
    expect(read.contentRoot).toEqual(index.contentRoot);
    expect(read.dataLength).toBe(disk.sync.status('/map/data').size);
    expect([0, 1, 2, 3, 4].map((partition) => read.records(partition))).toEqual([2, 0, 1, 5, 0]);
    const data = disk.sync.open('/map/data');
    for (let partition = 0; partition < 5; partition++) {
      const claim = read.claim(partition);
      expect(verifyClaim(claim, read.storedRoot, nodeDigest)).toBe(true);
      const stored = new Uint8Array(read.length(partition));
      data.read(stored, read.offset(partition));
      expect(claim.storedDigest).toEqual(nodeDigest.of(stored));
    }
  });

  it('gives a re-run the same roots, and another output other ones', () => {
    const [first, again, other] = [write([1, 2]), write([1, 2]), write([2, 1])];
    expect(again.index.contentRoot).toEqual(first.index.contentRoot);
    expect(again.index.storedRoot).toEqual(first.index.storedRoot);
    expect(other.index.contentRoot).not.toEqual(first.index.contentRoot);
    expect(first.index.contentRoot).not.toEqual(first.index.storedRoot);
  });

  it('survives a power cut after finish when it is told to fsync', () => {
    const { disk, bytes } = write([1, 1], true);
    disk.sync.fsyncDirectory('/');
    disk.crash();
    const found = new Uint8Array(bytes.length);
    disk.sync.open('/map/index').read(found, 0);
    expect(found).toEqual(bytes);
    const { dataLength } = MapIndex.decode(found, nodeCodec);
    expect(disk.sync.status('/map/data').size).toBe(dataLength);
  });

  it('takes partitions in rising order, one at a time', () => {
    const output = writer(new MemoryDisk(), 3);
    const segment = output.beginPartition(1);
    expect(() => output.beginPartition(2)).toThrow('partition 1 is begun and not finished');
    segment.finish();
    expect(() => output.beginPartition(1)).toThrow('partition 1; expected 2 to 2');
    expect(() => output.beginPartition(3)).toThrow(RangeError);
    output.abandon();
  });
});

describe('MapIndex', () => {
  it('is refused after any cut, any flipped bit and any byte more', () => {
    const { bytes } = write([1, 0, 3]);
    for (let end = 0; end < bytes.length; end++) {
      expect(() => MapIndex.decode(bytes.slice(0, end), nodeCodec)).toThrow(FormatError);
    }
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => MapIndex.decode(damaged, nodeCodec)).toThrow(FormatError);
    }
    expect(() => MapIndex.decode(Uint8Array.of(...bytes, 0), nodeCodec)).toThrow(FormatError);
  });

  it('is refused by its trees where its checksum was made to fit', () => {
    const { bytes } = write([1, 0, 3]);
    const forge = (at: number) => {
      const forged = bytes.slice();
      forged[at] = (forged[at] ?? 0) ^ 1;
      const end = forged.length - 4;
      new DataView(forged.buffer).setUint32(end, nodeCodec.crc32(forged.subarray(0, end)));
      return forged;
    };
    for (let at = 16; at < bytes.length - 4; at++) {
      const check = () => MapIndex.decode(forge(at), nodeCodec).checkTrees(nodeDigest);
      expect(check).toThrow(FormatError);
    }
    for (const at of [11, 12, 13, 14, 15]) {
      if (at === 12) continue;
      expect(() => MapIndex.decode(forge(at), nodeCodec)).toThrow(FormatError);
    }
  });
});
