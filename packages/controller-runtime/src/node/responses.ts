import type { ListPage, WatchEvent } from '../api/client.ts';
import { ApiError } from '../api/error.ts';
import type { KubeObject } from '../api/object.ts';
import { apiVersionOf, type Resource } from '../api/resource.ts';
import { statusError } from './status-error.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const bad = (message: string) => new ApiError({ status: 0, reason: 'BadResponse', message });

/** The server's object as one of the resource: it has a name; lists leave kind and version out. */
export function objectOf<T extends KubeObject>(resource: Resource<T>, value: unknown): T {
  const metadata = isFields(value) ? value['metadata'] : undefined;
  if (!isFields(value) || !isFields(metadata) || typeof metadata['name'] !== 'string') {
    throw bad(`expected a ${resource.kind}, got something without metadata.name`);
  }
  if (value['kind'] !== undefined && value['apiVersion'] !== undefined)
    return value as unknown as T;
  const head = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  return { ...head, ...value } as unknown as T;
}

export function listPage<T extends KubeObject>(resource: Resource<T>, value: unknown): ListPage<T> {
  const list = isFields(value) ? value : {};
  const metadata = isFields(list['metadata']) ? list['metadata'] : {};
  const { items } = list;
  const version = metadata['resourceVersion'];
  const next = metadata['continue'];
  // An empty list of the Go server's is null.
  if ((items !== null && !Array.isArray(items)) || typeof version !== 'string') {
    throw bad(`expected a list of ${resource.kind} objects`);
  }
  return {
    items: (items ?? []).map((item: unknown) => objectOf(resource, item)),
    resourceVersion: version,
    ...(typeof next === 'string' && next !== '' && { continue: next }),
  };
}

/** Throws the error that an event of type ERROR tells of. */
export function watchEvent<T extends KubeObject>(
  resource: Resource<T>,
  value: unknown,
): WatchEvent<T> {
  const { type, object } = isFields(value) ? value : {};
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type, object: objectOf(resource, object) };
    case 'BOOKMARK': {
      const metadata = isFields(object) ? object['metadata'] : undefined;
      const version = isFields(metadata) ? metadata['resourceVersion'] : undefined;
      if (typeof version === 'string') return { type, resourceVersion: version };
      throw bad('a bookmark has no resourceVersion');
    }
    case 'ERROR':
      throw statusError(500, object);
    default:
      throw bad('expected an event of a watch');
  }
}
