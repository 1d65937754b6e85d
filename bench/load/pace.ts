/**
 * Calls `act` for each turn at its due time, evenly spread, whether or not earlier turns have ended:
 * a server that is slow gets no fewer requests. Resolves when all have; rejects with the first fault.
 */
export async function atRate(
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
  act: (turn: number, due: number) => Promise<void>,
): Promise<void> {
  const start = performance.now();
  const turns = Math.round(perSecond * seconds);
  const acts: Promise<void>[] = [];
  const failed = new AbortController();
  for (let turn = 0; turn < turns && !failed.signal.aborted;) {
    const now = performance.now();
    for (; turn < turns; turn += 1) {
      const due = start + (turn / perSecond) * 1000;
      if (due > now) break;
      const acting = act(turn, due);
      acting.catch(() => failed.abort());
      acts.push(acting);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(acts);
}
