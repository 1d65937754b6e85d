/** The map that meets this line waits until its gate is open. */
export const mapGateLine = 'gate-of-map';
/** The reduce that meets this word waits until its gate is open. */
export const reduceGateWord = 'gate-of-reduce';

/**
 * A word count that waits at gates: files that open them, in `directory`. It is written as a
 * bundled module, which imports nothing of ours.
 */
export function gatedProgram(directory: string): string {
  return `import { existsSync } from 'node:fs';
const cell = new Int32Array(new SharedArrayBuffer(4));
function wait(gate) {
  while (!existsSync(${JSON.stringify(directory)} + '/' + gate)) Atomics.wait(cell, 0, 0, 20);
}
export default {
  map(line, emit) {
    if (line === '${mapGateLine}') wait('map-gate');
    for (const word of line.split(' ')) emit(word, 1);
  },
  reduce(word, counts, emit) {
    if (word === '${reduceGateWord}') wait('reduce-gate');
    let total = 0;
    for (const count of counts) total += count;
    emit(word, total);
  },
};
`;
}
