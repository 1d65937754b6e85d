/** Compression and checksums of blocks; synchronous. */
export interface Codec {
  /** zstd at a fast level. */
  compress(data: Uint8Array): Uint8Array;
  /** Throws on damaged data or where the result would exceed `maxLength` bytes. */
  decompress(data: Uint8Array, maxLength: number): Uint8Array;
  /** CRC-32 (IEEE) of `data`, continued from `seed`. */
  crc32(data: Uint8Array, seed?: number): number;
}

/** An incremental sha256. */
export interface Hash {
  update(data: Uint8Array): Hash;
  /** 32 bytes; the hash must not be used afterwards. */
  digest(): Uint8Array;
}

/** sha256; synchronous. */
export interface Digest {
  start(): Hash;
  /** sha256 of `data` in one call. */
  of(data: Uint8Array): Uint8Array;
}
