import { DiskError, type Disk } from '@mapreduce/service';

/** Bytes read at once: few enough to hold for every connection, enough to read at full speed. */
export const readChunk = 512 * 1024;

/** The bytes [start, end) of a file. Throws `DiskError` where it ends before. */
export async function* readRange(
  disk: Disk,
  path: string,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (start === end) return;
  const file = await disk.open(path);
  try {
    let position = start;
    while (position < end) {
      const target = new Uint8Array(Math.min(readChunk, end - position));
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
