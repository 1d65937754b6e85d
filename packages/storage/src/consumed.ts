import { countSchema, digestSchema, type DigestHex } from '@mapreduce/protocol';
import type { Digest } from '@mapreduce/service';
import * as z from 'zod';
import { putHex, toHex } from './hex.ts';

/** A part consumed another output of a map than the rest, whose segment for it is the same. */
export const exceptionSchema = z.strictObject({
  map: countSchema,
  /** The content root of the output that it consumed. */
  root: digestSchema,
});
export type ConsumedException = z.infer<typeof exceptionSchema>;

/** Bytes of a sha256. */
const rootBytes = 32;
/** Roots that are hashed by one call: a call a root costs more than the hashing. */
const rootsAtOnce = 1_024;

/** What a reduce has consumed: sha256 over the content roots of all maps, in map order. */
export function consumedDigest(digest: Digest, contentRoots: Iterable<DigestHex>): DigestHex {
  const hash = digest.start();
  const some = new Uint8Array(rootsAtOnce * rootBytes);
  let length = 0;
  for (const root of contentRoots) {
    putHex(some, length, root);
    length += rootBytes;
    if (length < some.length) continue;
    hash.update(some);
    length = 0;
  }
  hash.update(some.subarray(0, length));
  return toHex(hash.digest());
}

/** The same where some maps' roots are others. */
export function consumedWith(
  digest: Digest,
  contentRoots: readonly DigestHex[],
  exceptions: readonly ConsumedException[],
): DigestHex {
  const roots = [...contentRoots];
  for (const { map, root } of exceptions) roots[map] = root;
  return consumedDigest(digest, roots);
}
