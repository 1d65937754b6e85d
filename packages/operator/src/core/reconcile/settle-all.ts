import { isConflict } from '@mapreduce/controller-runtime';

/**
 * Waits until every one has ended, however: what still runs would go on beside the next look at the job.
 * Throws what the only one threw, or all of it together.
 */
export async function settleAll(work: readonly Promise<unknown>[]): Promise<void> {
  const ends = await Promise.allSettled(work);
  const reasons = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
  if (reasons.length === 0) return;
  // Of conflicts alone there is one thing to be done: to look again.
  if (reasons.length === 1 || reasons.every(isConflict)) throw reasons[0];
  const messages = reasons.map((reason) =>
    reason instanceof Error ? reason.message : String(reason),
  );
  throw new AggregateError(reasons, [...new Set(messages)].join('; '));
}
