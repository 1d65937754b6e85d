import { join } from 'node:path';

export const root = join(import.meta.dirname, '../../..');

/** Does a part of the preparations, and says how long it took. */
export async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  console.log(`${what}: ${((performance.now() - start) / 1_000).toFixed(1)} s`);
  return result;
}
