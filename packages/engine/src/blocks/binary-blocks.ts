import type { Codec } from '@mapreduce/service';
import { FormatError } from '../records.ts';
import type { BlockFormat, BlockHeader, StoredBlock } from './block-format.ts';

/** `MRSG`, then the version, big-endian. */
const preamble = Uint8Array.of(0x4d, 0x52, 0x53, 0x47, 0, 0, 0, 1);

/**
 * stored length, raw length, records, CRC-32 of the stored bytes, codec, CRC-32 of the header so
 * far: six big-endian 32-bit numbers.
 */
const headerLength = 24;

const stored = 0;
const zstd = 1;

/** The `binary` format: canonical records in blocks, compressed where that makes them smaller. */
export function binaryBlocks(codec: Codec, compression: 'zstd' | 'none'): BlockFormat {
  return {
    preamble,
    headerLength,

    store(records: Uint8Array, count: number): StoredBlock {
      let payload = records;
      let flag = stored;
      if (compression === 'zstd') {
        const compressed = codec.compress(records);
        if (compressed.length < records.length) {
          payload = compressed;
          flag = zstd;
        }
      }
      const header = new Uint8Array(headerLength);
      const view = new DataView(header.buffer);
      view.setUint32(0, payload.length);
      view.setUint32(4, records.length);
      view.setUint32(8, count);
      view.setUint32(12, codec.crc32(payload));
      view.setUint32(16, flag);
      view.setUint32(20, codec.crc32(header.subarray(0, 20)));
      return { header, payload };
    },

    readHeader(header: Uint8Array): BlockHeader {
      const view = new DataView(header.buffer, header.byteOffset, headerLength);
      if (view.getUint32(20) !== codec.crc32(header.subarray(0, 20))) {
        throw new FormatError("the block header's checksum is wrong");
      }
      const [payloadLength, rawLength] = [view.getUint32(0), view.getUint32(4)];
      const flag = view.getUint32(16);
      const sound = flag === stored ? payloadLength === rawLength : payloadLength < rawLength;
      if (flag > zstd || !sound) throw new FormatError('the block header contradicts itself');
      return { payloadLength, rawLength, records: view.getUint32(8) };
    },

    load(header: Uint8Array, payload: Uint8Array): Uint8Array {
      const view = new DataView(header.buffer, header.byteOffset, headerLength);
      if (view.getUint32(12) !== codec.crc32(payload)) {
        throw new FormatError("the block's checksum is wrong");
      }
      if (view.getUint32(16) === stored) return payload;
      const rawLength = view.getUint32(4);
      let records: Uint8Array;
      try {
        records = codec.decompress(payload, rawLength);
      } catch (error) {
        throw new FormatError('the block does not decompress', { cause: error });
      }
      if (records.length !== rawLength) {
        throw new FormatError(`the block holds ${records.length} bytes instead of ${rawLength}`);
      }
      // Without the subclass that a codec may give: the hot loops then see one class alone.
      return new Uint8Array(records.buffer, records.byteOffset, rawLength);
    },
  };
}
