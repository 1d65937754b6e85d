import { DiskError, type Disk } from '@mapreduce/service';

/** Bytes read at once: few enough to hold for every connection, enough to read at full speed. */
export const readChunk = 512 * 1024;

/**
 * The bytes [start, end) of a file. Throws `DiskError` where it ends before. Each chunk is new, unless
 * a `buffer` of `readChunk` bytes is given: then all lie there, each until the next is asked for.
 */
export async function* readRange(
  disk: Disk,
  path: string,
  start: number,
  end: number,
  buffer?: Uint8Array,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (start === end) return;
  const file = await disk.open(path);
  try {
    let position = start;
    while (position < end) {
      const size = Math.min(readChunk, end - position);
      const target = buffer?.subarray(0, size) ?? new Uint8Array(size);
      const length = await file.read(target, position);
      if (length === 0)
        throw new DiskError('EIO', path, `${path}: ends at ${position}, not ${end}`);
      position += length;
      yield target.subarray(0, length);
    }
  } finally {
    await file.close();
  }
}
