import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Codec } from '../ports/codec.ts';

/** A fast level: twice as quick as level 1, and still a third of the size on prose. */
const level = -3;
/** Output comes in chunks of at least so many bytes; one chunk is best, and joins nothing. */
const smallestChunk = 1024;
/** What a damaged length can make us allocate at once. */
const largestChunk = 1 << 20;

/** zstd and CRC-32 of node:zlib. */
export const nodeCodec: Codec = {
  compress: (data) =>
    zstdCompressSync(data, {
      // Not sooner: node:zlib takes 5 ms to load, and most processes compress nothing.
      params: { [constants.ZSTD_c_compressionLevel]: level },
      chunkSize: data.length + smallestChunk,
    }),
  decompress(data, maxLength) {
    // Node.js refuses a bound of 0, so an empty result is bounded by 1 and checked here.
    const maxOutputLength = Math.max(1, maxLength);
    const chunkSize = Math.min(maxOutputLength + smallestChunk, largestChunk);
    const result = zstdDecompressSync(data, { maxOutputLength, chunkSize });
    if (result.length > maxLength) throw new RangeError(`more than ${maxLength} bytes`);
    return result;
  },
  crc32: (data, seed) => crc32(data, seed),
};
