import { randomInt } from 'node:crypto';
import { SeededRandom } from '@mapreduce/service/virtual';

/** Randomness whose seed is printed; MAPREDUCE_E2E_SEED gives the same again. */
export function printedRandom(what: string): SeededRandom {
  const seed = Number(process.env['MAPREDUCE_E2E_SEED'] ?? randomInt(1, 1_000_000_000));
  process.stderr.write(`${what}: seed ${seed}\n`);
  return new SeededRandom(seed);
}
