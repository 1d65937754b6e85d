/** Another object that this one belongs to; with the last of its owners it is garbage. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  /** Opaque; changes with every write. */
  readonly resourceVersion?: string;
  /** Rises with every change of the spec. */
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  /** RFC 3339. */
  readonly creationTimestamp?: string;
  /** RFC 3339; present once deletion has been asked for. */
  readonly deletionTimestamp?: string;
  /** Who wrote which field, for server-side apply. Caches leave it out. */
  readonly managedFields?: readonly unknown[];
}

/**
 * An object of the API server as it is on the wire, so that fields that nobody here knows survive.
 * An interface that extends it says what a controller reads of one kind.
 */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** Names an object of a known resource. The namespace is absent where the resource has none. */
export interface ObjectKey {
  readonly namespace?: string;
  readonly name: string;
}

export function keyOf({ metadata }: KubeObject): ObjectKey {
  const { namespace, name } = metadata;
  return namespace === undefined ? { name } : { namespace, name };
}

/** `NAMESPACE/NAME`, or `NAME` without one. Neither can contain a slash. */
export function formatKey({ namespace, name }: ObjectKey): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

export function parseKey(text: string): ObjectKey {
  const slash = text.indexOf('/');
  if (slash < 0) return { name: text };
  return { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}

/** The owner that manages the object: there is one at most. */
export function controllerOf({ metadata }: KubeObject): OwnerReference | undefined {
  return metadata.ownerReferences?.find((owner) => owner.controller === true);
}

/** What an owned object says of its owner. The owner comes from the server, so it has a uid. */
export function ownerReference(owner: KubeObject): OwnerReference {
  const { name, uid } = owner.metadata;
  if (uid === undefined) throw new TypeError(`${owner.kind} ${name} has no uid to be owned by`);
  const { apiVersion, kind } = owner;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}
