import { describe, expect, it } from '@jest/globals';
import { nodeDigest } from '@mapreduce/service/node';
import fc from 'fast-check';
import {
  buildMerkle,
  contentLeaf,
  digestLength,
  merklePath,
  merklePathLength,
  merkleSize,
  storedLeaf,
  verifyMerklePath,
} from './merkle.ts';

const leafOf = (index: number) => nodeDigest.of(Uint8Array.of(index, index >> 8));

function build(leaves: number): { nodes: Uint8Array; root: Uint8Array } {
  const nodes = new Uint8Array(merkleSize(leaves) * digestLength);
  for (let index = 0; index < leaves; index++) nodes.set(leafOf(index), index * digestLength);
  buildMerkle(nodes, leaves, nodeDigest);
  return { nodes, root: nodes.slice(-digestLength) };
}

/** RFC 6962, section 2.1, word for word: split at the largest power of two below n. */
function reference(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0] as Uint8Array;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  const [left, right] = [reference(leaves.slice(0, split)), reference(leaves.slice(split))];
  return nodeDigest.of(Uint8Array.of(1, ...left, ...right));
}

describe('Merkle tree', () => {
  it("has RFC 6962's root for every number of leaves", () => {
    for (let leaves = 1; leaves <= 70; leaves++) {
      const all = Array.from({ length: leaves }, (_, index) => leafOf(index));
      expect(build(leaves).root).toEqual(reference(all));
    }
  });

  it('proves every leaf at its own place and at no other', () => {
    for (let leaves = 1; leaves <= 20; leaves++) {
      const { nodes, root } = build(leaves);
      for (let index = 0; index < leaves; index++) {
        const path = merklePath(nodes, index, leaves);
        expect(path).toHaveLength(merklePathLength(index, leaves) * digestLength);
        for (let place = 0; place <= leaves; place++) {
          const proved = verifyMerklePath(leafOf(index), place, leaves, path, root, nodeDigest);
          expect(proved).toBe(place === index);
        }
      }
    }
  });

  it('proves nothing with a changed leaf, path or root, or a path of another length', () => {
    const leaves = 11;
    const { nodes, root } = build(leaves);
    fc.assert(
      fc.property(fc.nat(leaves - 1), fc.nat(), fc.nat(7), (index, position, bit) => {
        const path = merklePath(nodes, index, leaves);
        const verify = (leaf: Uint8Array, way: Uint8Array, top: Uint8Array) =>
          verifyMerklePath(leaf, index, leaves, way, top, nodeDigest);
        const flip = (bytes: Uint8Array) => {
          const changed = bytes.slice();
          const at = position % changed.length;
          changed[at] = (changed[at] ?? 0) ^ (1 << bit);
          return changed;
        };
        expect(verify(leafOf(index), path, root)).toBe(true);
        expect(verify(flip(leafOf(index)), path, root)).toBe(false);
        expect(verify(leafOf(index), flip(path), root)).toBe(false);
        expect(verify(leafOf(index), path, flip(root))).toBe(false);
        expect(verify(leafOf(index), path.slice(digestLength), root)).toBe(false);
        expect(verify(leafOf(index), Uint8Array.of(...path, ...root), root)).toBe(false);
      }),
    );
  });

  it('has leaves that depend on every fact, and differ by tree', () => {
    const facts = {
      partition: 1,
      records: 2,
      length: 3,
      storedDigest: leafOf(1),
      contentDigest: leafOf(2),
    };
    const changed = [
      facts,
      { ...facts, partition: 2 },
      { ...facts, records: 3 },
      { ...facts, records: 2 + 2 ** 32 },
      { ...facts, length: 4 },
      { ...facts, storedDigest: leafOf(3) },
      { ...facts, contentDigest: leafOf(3) },
    ];
    const stored = changed.map((one) =>
      Buffer.from(storedLeaf(one, contentLeaf(one, nodeDigest), nodeDigest)).toString('hex'),
    );
    const content = changed.map((one) => Buffer.from(contentLeaf(one, nodeDigest)).toString('hex'));
    expect(new Set(stored).size).toBe(changed.length);
    // Two of the changes are in what is stored alone.
    expect(new Set(content).size).toBe(changed.length - 2);
    expect(new Set([...stored, ...content]).size).toBe(2 * changed.length - 2);
  });
});
