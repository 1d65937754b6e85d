import type { Digest } from '@mapreduce/service';
import { contentLeaf, type SegmentFacts, storedLeaf, verifyMerklePath } from './merkle.ts';

/** What the holder of a segment says of it, with the proof that its map attempt said the same. */
export interface SegmentClaim extends SegmentFacts {
  /** How many partitions the map attempt has. */
  readonly partitions: number;
  /** From the stored leaf to the stored root, 32 bytes a node. */
  readonly path: Uint8Array;
}

/**
 * Whether the claim is what the attempt with this stored root reported. If so, length, records and
 * both digests can be relied on; the bytes still have to match `storedDigest`.
 */
export function verifyClaim(claim: SegmentClaim, storedRoot: Uint8Array, digest: Digest): boolean {
  const leaf = storedLeaf(claim, contentLeaf(claim, digest), digest);
  const { partition, partitions, path } = claim;
  return verifyMerklePath(leaf, partition, partitions, path, storedRoot, digest);
}
