import type { Digest } from '@mapreduce/service';
import { equalBytes } from '../codec/compare.ts';
import { FormatError } from '../records.ts';

/** Bytes of a sha256. */
export const digestLength = 32;

/**
 * Every hash begins with the byte of its domain, so that no leaf passes for an inner node, nor a
 * leaf of one tree for one of the other. The trees are those of RFC 6962 (Certificate
 * Transparency), whose bytes for leaf and node the first two are.
 */
const domains = { contentLeaf: 0x00, node: 0x01, storedLeaf: 0x02 } as const;

/** What a segment's leaves are made of. */
export interface SegmentFacts {
  readonly partition: number;
  readonly records: number;
  /** Stored bytes. */
  readonly length: number;
  readonly storedDigest: Uint8Array;
  readonly contentDigest: Uint8Array;
}

/** A count or length of 8 bytes. Throws `FormatError` where it is beyond 2^53, and so none. */
export function readCount(view: DataView, at: number): number {
  const count = Number(view.getBigUint64(at));
  if (!Number.isSafeInteger(count)) throw new FormatError(`${count} is no count or length`);
  return count;
}

/** `H(00 ‖ partition ‖ records ‖ content digest)`; partition in 4 bytes, records in 8. */
export function contentLeaf(facts: SegmentFacts, digest: Digest): Uint8Array {
  const bytes = new Uint8Array(13 + digestLength);
  const view = new DataView(bytes.buffer);
  bytes[0] = domains.contentLeaf;
  view.setUint32(1, facts.partition);
  view.setBigUint64(5, BigInt(facts.records));
  bytes.set(facts.contentDigest, 13);
  return digest.of(bytes);
}

/** `H(02 ‖ partition ‖ stored length ‖ stored digest ‖ content leaf)`. */
export function storedLeaf(facts: SegmentFacts, content: Uint8Array, digest: Digest): Uint8Array {
  const bytes = new Uint8Array(13 + 2 * digestLength);
  const view = new DataView(bytes.buffer);
  bytes[0] = domains.storedLeaf;
  view.setUint32(1, facts.partition);
  view.setBigUint64(5, BigInt(facts.length));
  bytes.set(facts.storedDigest, 13);
  bytes.set(content, 13 + digestLength);
  return digest.of(bytes);
}

/**
 * How many nodes each level of a tree over `leaves` leaves has, from the leaves to the root. A
 * node without a neighbour goes up unchanged, which gives the tree of RFC 6962.
 */
export function merkleLevels(leaves: number): readonly number[] {
  const levels = [leaves];
  for (let width = leaves; width > 1; levels.push(width)) width = Math.ceil(width / 2);
  return levels;
}

/** Nodes of the whole tree, leaves included. */
export function merkleSize(leaves: number): number {
  return merkleLevels(leaves).reduce((sum, width) => sum + width, 0);
}

/**
 * Fills in a tree: `nodes` begins with the leaves, 32 bytes each; the levels above are written
 * after them, the root last.
 */
export function buildMerkle(nodes: Uint8Array, leaves: number, digest: Digest): void {
  const joined = new Uint8Array(1 + 2 * digestLength);
  joined[0] = domains.node;
  let level = 0;
  for (let width = leaves; width > 1; width = Math.ceil(width / 2)) {
    const above = level + width * digestLength;
    for (let pair = 0; pair < width; pair += 2) {
      const from = level + pair * digestLength;
      const to = above + (pair / 2) * digestLength;
      if (pair + 1 === width) {
        nodes.copyWithin(to, from, from + digestLength);
      } else {
        joined.set(nodes.subarray(from, from + 2 * digestLength), 1);
        nodes.set(digest.of(joined), to);
      }
    }
    level = above;
  }
}

/** How many neighbours prove leaf `index` of `leaves`. */
export function merklePathLength(index: number, leaves: number): number {
  let count = 0;
  for (let width = leaves; width > 1; width = Math.ceil(width / 2)) {
    if ((index ^ 1) < width) count++;
    index >>>= 1;
  }
  return count;
}

/** The neighbours on the way from leaf `index` up to the root, 32 bytes each. */
export function merklePath(nodes: Uint8Array, index: number, leaves: number): Uint8Array {
  const path = new Uint8Array(merklePathLength(index, leaves) * digestLength);
  let filled = 0;
  let level = 0;
  for (let width = leaves; width > 1; width = Math.ceil(width / 2)) {
    const neighbour = index ^ 1;
    if (neighbour < width) {
      const from = level + neighbour * digestLength;
      path.set(nodes.subarray(from, from + digestLength), filled);
      filled += digestLength;
    }
    index >>>= 1;
    level += width * digestLength;
  }
  return path;
}

/** Whether `path` leads from `leaf`, number `index` of `leaves`, to `root`. */
export function verifyMerklePath(
  leaf: Uint8Array,
  index: number,
  leaves: number,
  path: Uint8Array,
  root: Uint8Array,
  digest: Digest,
): boolean {
  if (index >= leaves) return false;
  if (path.length !== merklePathLength(index, leaves) * digestLength) return false;
  const joined = new Uint8Array(1 + 2 * digestLength);
  joined[0] = domains.node;
  let node = leaf;
  let used = 0;
  for (let width = leaves; width > 1; width = Math.ceil(width / 2)) {
    if ((index ^ 1) < width) {
      const onLeft = index % 2 === 0;
      joined.set(node, onLeft ? 1 : 1 + digestLength);
      joined.set(path.subarray(used, used + digestLength), onLeft ? 1 + digestLength : 1);
      node = digest.of(joined);
      used += digestLength;
    }
    index >>>= 1;
  }
  return equalBytes(node, 0, node.length, root, 0, root.length);
}
