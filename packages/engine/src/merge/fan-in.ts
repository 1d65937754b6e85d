/** What a cursor holds: a block and its stored form. */
const cursorBytes = 2 * 256 * 1024;
/** Open files are a scarce resource too. */
const most = 256;

/**
 * How many runs are merged at once within `memory` bytes. `largestRecord` bounds a run's records:
 * a record that is larger than a block is a block.
 */
export function fanIn(memory: number, largestRecord: number): number {
  const each = Math.max(cursorBytes, 2 * largestRecord);
  return Math.max(2, Math.min(most, Math.floor(memory / each)));
}
