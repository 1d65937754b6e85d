import { randomBytes } from 'node:crypto';
import type { Random } from '../ports/random.ts';

/** Cryptographic randomness: ids and nonces made of it cannot be guessed. */
export const nodeRandom: Random = {
  hex: (digits) =>
    randomBytes(Math.ceil(digits / 2))
      .toString('hex')
      .slice(0, digits),
  float: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
};
