import type { ApiClient } from '../api/client.ts';
import { ApiError } from '../api/error.ts';

/**
 * A client that writes only while `mayWrite()`: a process that was frozen past the end of its lease
 * goes on in the middle of a reconcile, before any timer can tell it. Writes then reject with status 0
 * and reason `NotLeader`; reads go on.
 */
export function fencedClient(client: ApiClient, mayWrite: () => boolean): ApiClient {
  const fenced = <R>(write: () => Promise<R>): Promise<R> => {
    if (mayWrite()) return write();
    const message = 'this process does not lead: it may not write';
    return Promise.reject(new ApiError({ status: 0, reason: 'NotLeader', message }));
  };
  return {
    get: (...call) => client.get(...call),
    list: (...call) => client.list(...call),
    watch: (...call) => client.watch(...call),
    create: (...call) => fenced(() => client.create(...call)),
    update: (...call) => fenced(() => client.update(...call)),
    apply: (...call) => fenced(() => client.apply(...call)),
    patch: (...call) => fenced(() => client.patch(...call)),
    delete: (...call) => fenced(() => client.delete(...call)),
    evict: (...call) => fenced(() => client.evict(...call)),
  };
}
