/** What the engine shares with the SDK, and no program needs. */
export { WordKernel } from './word-kernel.ts';
export { type WordNumber, wordNumbersOf } from './word-numbers.ts';
