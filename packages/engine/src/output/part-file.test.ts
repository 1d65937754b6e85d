import { expect, test } from '@jest/globals';
import { nodeCodec, nodeDigest } from '@mapreduce/service/node';
import { MemoryDisk } from '@mapreduce/service/virtual';
import { PartFileWriter } from './part-file.ts';

test.each([10, 600_000])(
  'a part of %i bytes survives a power cut once it is finished',
  (length) => {
    const disk = new MemoryDisk();
    disk.sync.makeDirectory('/part');
    disk.sync.fsyncDirectory('/');
    const ports = { disk: disk.sync, codec: nodeCodec, digest: nodeDigest };
    const part = new PartFileWriter('/part', 'part-00000', true, ports);
    for (let at = 0; at < length; at += 1) {
      part.buffer.byte(at & 0xff);
      part.written();
    }
    const { sha256 } = part.finish();
    disk.crash();
    const found = new Uint8Array(disk.sync.status('/part/part-00000').size);
    disk.sync.open('/part/part-00000').read(found, 0);
    expect(found.length).toBe(length);
    expect(Buffer.from(nodeDigest.of(found)).toString('hex')).toBe(sha256);
  },
);
