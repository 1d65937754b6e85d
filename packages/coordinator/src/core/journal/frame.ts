import type { Codec, Digest } from '@mapreduce/service';

/**
 * A journal file is a preamble and frames; a frame holds what one append made durable. Numbers are
 * big-endian:
 *
 *     0  length of the payload   u32
 *     4  CRC-32 of the payload   u32
 *     8  sha256(hash of the frame before, payload)
 *     40 CRC-32 of bytes 0 to 39 u32
 *     44 payload
 */
export const frameHeaderLength = 44;

/** `MRJN`, then the version. */
export const journalPreamble = Uint8Array.of(0x4d, 0x52, 0x4a, 0x4e, 0, 0, 0, 1);

/** What the first frame's hash goes on from. */
export const firstHash = new Uint8Array(32);

export interface FramePorts {
  readonly digest: Digest;
  readonly codec: Pick<Codec, 'crc32'>;
}

export interface Frame {
  readonly payload: Uint8Array;
  readonly hash: Uint8Array;
}

export function encodeFrame(
  payload: Uint8Array,
  previous: Uint8Array,
  ports: FramePorts,
): { readonly bytes: Uint8Array; readonly hash: Uint8Array } {
  const bytes = new Uint8Array(frameHeaderLength + payload.length);
  const view = new DataView(bytes.buffer);
  const hash = chain(payload, previous, ports.digest);
  view.setUint32(0, payload.length);
  view.setUint32(4, ports.codec.crc32(payload));
  bytes.set(hash, 8);
  view.setUint32(40, ports.codec.crc32(bytes.subarray(0, 40)));
  bytes.set(payload, frameHeaderLength);
  return { bytes, hash };
}

/** The hash that chains a payload to the frame before it. */
export function chain(payload: Uint8Array, previous: Uint8Array, digest: Digest): Uint8Array {
  return digest.start().update(previous).update(payload).digest();
}

/** The frame at `offset`, if its bytes are all there and its checksums right. The chain is not checked. */
export function frameAt(
  bytes: Uint8Array,
  offset: number,
  { codec }: FramePorts,
): Frame | undefined {
  if (offset + frameHeaderLength > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, frameHeaderLength);
  const header = bytes.subarray(offset, offset + frameHeaderLength);
  if (view.getUint32(40) !== codec.crc32(header.subarray(0, 40))) return undefined;
  const start = offset + frameHeaderLength;
  const payload = bytes.subarray(start, start + view.getUint32(0));
  if (payload.length !== view.getUint32(0)) return undefined;
  if (view.getUint32(4) !== codec.crc32(payload)) return undefined;
  return { payload, hash: header.subarray(8, 40) };
}
