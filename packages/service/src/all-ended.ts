/**
 * Waits until every one has ended, however: none goes on behind the back of whoever cleans up after the
 * others. Then throws what the first of them, in their order, was rejected with.
 */
export async function allEnded(work: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(work);
  await Promise.all(work);
}
