import type { DigestHex } from '@mapreduce/protocol';
import type { Digest } from '@mapreduce/service';
import { fromHex, toHex } from './hex.ts';

/** What a reduce has consumed: sha256 over the content roots of all maps, in map order. */
export function consumedDigest(digest: Digest, contentRoots: Iterable<DigestHex>): DigestHex {
  const hash = digest.start();
  for (const root of contentRoots) hash.update(fromHex(root));
  return toHex(hash.digest());
}
