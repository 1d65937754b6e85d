import { setFlagsFromString } from 'node:v8';

/**
 * A collection of the whole heap comes when it has grown by so many percent, with what belongs to it
 * outside: for a worker's 9 MiB after 54 more. The nursery's collections come first, after 32.
 */
const growthPercent = 600;
/**
 * From then on. What V8 compiles is kept for the next start before that, and would be refused there
 * under other flags (docs/adr/0007-what-a-start-brings-along.md).
 */
const afterMs = 1_000;

/**
 * For a process with a small heap through which much flows: what it receives lies outside the heap in
 * pieces of 64 KiB, for a moment each. V8 counts them, and lets a small heap grow by 8 MiB only, so a
 * worker that fetched 125 MB marked and swept all of its heap twenty times.
 */
export function letHeapGrow(): void {
  setTimeout(() => setFlagsFromString(`--heap-growing-percent=${growthPercent}`), afterMs).unref();
}
