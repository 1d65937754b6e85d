import type { DigestHex } from '@mapreduce/protocol';
import type { Digest, Disk } from '@mapreduce/service';
import { toHex } from './hex.ts';

/** Length and sha256 of a file, read in pieces. Fails with `DiskError`. */
export async function fileDigest(
  disk: Disk,
  digest: Digest,
  path: string,
): Promise<{ readonly length: number; readonly sha256: DigestHex }> {
  const file = await disk.open(path);
  try {
    const hash = digest.start();
    const buffer = new Uint8Array(2 ** 18);
    let length = 0;
    for (;;) {
      const read = await file.read(buffer, length);
      if (read === 0) return { length, sha256: toHex(hash.digest()) };
      hash.update(buffer.subarray(0, read));
      length += read;
    }
  } finally {
    await file.close();
  }
}
