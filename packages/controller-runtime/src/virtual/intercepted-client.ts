import type { ApiClient } from '../api/client.ts';

/**
 * A client that asks `before` ahead of every call, for tests of what goes wrong: what it rejects with is
 * what the call comes to, and a call whose promise it leaves open hangs.
 */
export function interceptedClient(
  client: ApiClient,
  before: (verb: keyof ApiClient) => Promise<void>,
): ApiClient {
  return {
    get: (...call) => before('get').then(() => client.get(...call)),
    list: (...call) => before('list').then(() => client.list(...call)),
    async *watch(...call) {
      await before('watch');
      yield* client.watch(...call);
    },
    create: (...call) => before('create').then(() => client.create(...call)),
    update: (...call) => before('update').then(() => client.update(...call)),
    apply: (...call) => before('apply').then(() => client.apply(...call)),
    patch: (...call) => before('patch').then(() => client.patch(...call)),
    delete: (...call) => before('delete').then(() => client.delete(...call)),
    evict: (...call) => before('evict').then(() => client.evict(...call)),
  };
}
