import { countSchema, digestSchema, type DigestHex } from '@mapreduce/protocol';
import type { Digest } from '@mapreduce/service';
import * as z from 'zod';
import { fromHex, toHex } from './hex.ts';

/** A part consumed another output of a map than the rest, whose segment for it is the same. */
export const exceptionSchema = z.strictObject({
  map: countSchema,
  /** The content root of the output that it consumed. */
  root: digestSchema,
});
export type ConsumedException = z.infer<typeof exceptionSchema>;

/** What a reduce has consumed: sha256 over the content roots of all maps, in map order. */
export function consumedDigest(digest: Digest, contentRoots: Iterable<DigestHex>): DigestHex {
  const hash = digest.start();
  for (const root of contentRoots) hash.update(fromHex(root));
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
