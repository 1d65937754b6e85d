import type { KubeObject, ObjectKey } from './object.ts';

declare const objectType: unique symbol;

/**
 * Where the API server keeps a kind. `T` is what a controller reads of its objects: a promise by
 * whoever defines the resource, not checked at run time.
 */
export interface Resource<T extends KubeObject = KubeObject> {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly [objectType]?: T;
}

export function defineResource<T extends KubeObject = KubeObject>(
  resource: Pick<Resource, 'group' | 'version' | 'kind' | 'plural' | 'namespaced'>,
): Resource<T> {
  return resource;
}

export function apiVersionOf({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`;
}

/** The path of a collection: of one namespace, or of all. */
export function collectionPath(resource: Resource, namespace?: string): string {
  const { group, version, plural, namespaced, kind } = resource;
  if (namespace !== undefined && !namespaced) {
    throw new TypeError(`${kind} objects have no namespace`);
  }
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${scope}/${plural}`;
}

/** The path of an object, or of a subresource of it such as `status`. */
export function objectPath(resource: Resource, key: ObjectKey, subresource?: string): string {
  if (resource.namespaced && key.namespace === undefined) {
    throw new TypeError(`${resource.kind} ${key.name}: no namespace is given`);
  }
  if (key.name === '') throw new TypeError(`${resource.kind}: no name is given`);
  const path = `${collectionPath(resource, key.namespace)}/${encodeURIComponent(key.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}
