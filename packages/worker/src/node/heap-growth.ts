import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';

/** A heap of so many bytes is small, and may grow by so many percent until all of it is collected. */
const smallBytes = 16 * 2 ** 20;
const growthPercent = 600;
/**
 * From then on. What Node.js keeps of compiled code for the next start is kept before that, and would be
 * refused there under other flags (docs/adr/0007-what-a-start-brings-along.md).
 */
const afterMs = 1_000;

/**
 * For a process with a small heap through which much flows: what it receives lies outside the heap in
 * pieces of 64 KiB, for a moment each. V8 counts them, and lets a small heap grow by 8 MiB only, so a
 * worker that fetched 125 MB marked and swept all of its heap twenty times. Of 9 MiB, which is what it
 * has, it may grow by 54 now, and the nursery's collections come first, after 32. A large heap is left to
 * V8.
 */
export function letHeapGrow(): void {
  setTimeout(() => {
    adapt();
    new PerformanceObserver((list) => {
      if (list.getEntries().some(isMajor)) adapt();
    }).observe({ entryTypes: ['gc'] });
  }, afterMs).unref();
}

/** V8 asks at each collection how far the heap may grow until the next one; 0: as V8 itself says. */
function adapt(): void {
  const isSmall = getHeapStatistics().used_heap_size < smallBytes;
  setFlagsFromString(`--heap-growing-percent=${isSmall ? growthPercent : 0}`);
}

function isMajor(entry: PerformanceEntry): boolean {
  const { detail } = entry as PerformanceEntry & { readonly detail: { readonly kind: number } };
  return detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}
