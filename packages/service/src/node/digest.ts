import { createHash, hash, type Hash as NodeHash } from 'node:crypto';
import type { Digest, Hash } from '../ports/codec.ts';

class Sha256 implements Hash {
  readonly #hash: NodeHash = createHash('sha256');

  update(data: Uint8Array): this {
    this.#hash.update(data);
    return this;
  }

  digest(): Uint8Array {
    return this.#hash.digest();
  }
}

/** sha256 by OpenSSL. */
export const nodeDigest: Digest = {
  start: () => new Sha256(),
  // One call saves the object: a third of the cost of a short input.
  of: (data) => hash('sha256', data, 'buffer'),
};
