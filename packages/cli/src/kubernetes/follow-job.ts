import { ApiError, isExpired, type ApiClient, type ObjectKey } from '@mapreduce/controller-runtime';
import { sleep, type Clock } from '@mapreduce/service';
import { jobs, type JobObject } from './job-object.ts';

/** How long the API server may be away. */
const patienceMs = 60_000;
const pauseMs = 1_000;
const watchSeconds = 240;

/**
 * The job now, and again whenever it changes; ends where it is deleted. Goes on over watches that end
 * or break. Throws `ApiError` for what asking again does not mend, or once the server has been away
 * for a minute.
 */
export async function* followJob(
  client: ApiClient,
  clock: Clock,
  { namespace, name }: ObjectKey & { readonly namespace: string },
): AsyncGenerator<JobObject> {
  let heardAt = clock.now();
  while (true) {
    try {
      const job = await client.get(jobs, { namespace, name });
      if (job === undefined) return;
      heardAt = clock.now();
      yield job;
      const { resourceVersion = '' } = job.metadata;
      const fieldSelector = `metadata.name=${name}`;
      const options = { namespace, fieldSelector, resourceVersion, timeoutSeconds: watchSeconds };
      for await (const event of client.watch(jobs, options)) {
        heardAt = clock.now();
        if (event.type === 'DELETED') return;
        if (event.type !== 'BOOKMARK') yield event.object;
      }
    } catch (error) {
      if (!isPassing(error) || clock.now() - heardAt > patienceMs) throw error;
      await sleep(clock, pauseMs);
    }
  }
}

function isPassing(error: unknown): boolean {
  return (
    error instanceof ApiError && (error.status === 0 || error.status >= 500 || isExpired(error))
  );
}
