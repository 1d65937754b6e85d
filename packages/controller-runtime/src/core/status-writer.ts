import type { ApiClient } from '../api/client.ts';
import { isConflict, isNotFound } from '../api/error.ts';
import { keyOf, type KubeObject } from '../api/object.ts';
import type { Resource } from '../api/resource.ts';
import { mergePatch } from './merge-patch.ts';

const maxTries = 5;

/**
 * Brings `.status` of an object to what `statusOf` makes of it, and writes only what differs. If
 * somebody else wrote the object meanwhile, it is read again and `statusOf` is asked again; after
 * five times the conflict is thrown. `statusOf` may throw to give up. Resolves with the object as
 * it is afterwards: undefined if it is gone, or another of its name has taken its place.
 */
export async function writeStatus<T extends KubeObject>(
  client: ApiClient,
  resource: Resource<T>,
  object: T,
  statusOf: (current: T) => object,
  signal?: AbortSignal,
): Promise<T | undefined> {
  const options = signal === undefined ? {} : { signal };
  let current: T = object;
  for (let tries = 1; ; tries += 1) {
    const status = mergePatch(current['status'], statusOf(current));
    if (status === undefined) return current;
    const { uid, resourceVersion } = current.metadata;
    try {
      const patch = { metadata: { uid, resourceVersion }, status };
      return await client.patch(resource, keyOf(object), patch, {
        ...options,
        subresource: 'status',
      });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      if (!isConflict(error) || tries === maxTries) throw error;
    }
    const newest = await client.get(resource, keyOf(object), options);
    if (newest === undefined || newest.metadata.uid !== uid) return undefined;
    current = newest;
  }
}
