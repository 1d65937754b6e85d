import type { KubeObject, ObjectKey } from './object.ts';
import type { Resource } from './resource.ts';

export interface CallOptions {
  /** Ends the call, which then rejects with reason `Aborted`. */
  readonly signal?: AbortSignal;
}

export interface Selection {
  /** Default: all namespaces. */
  readonly namespace?: string;
  /** Such as `app=web,tier!=cache`. */
  readonly labelSelector?: string;
  /** Such as `spec.nodeName=node-1`. */
  readonly fieldSelector?: string;
}

export interface ListOptions extends Selection, CallOptions {
  /** The most items of one page; the server may give fewer. */
  readonly limit?: number;
  /** Goes on where an earlier page ended. */
  readonly continue?: string;
}

export interface ListPage<T extends KubeObject> {
  readonly items: readonly T[];
  /** What a watch goes on from after the last page. */
  readonly resourceVersion: string;
  /** Present where there are more pages. */
  readonly continue?: string;
}

export interface WatchOptions extends Selection, CallOptions {
  readonly resourceVersion: string;
  /** After it the server ends the watch. */
  readonly timeoutSeconds: number;
}

export type WatchEvent<T extends KubeObject> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  /** Nothing has changed up to this version that the watch did not tell. */
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

/** Parts of an object that are written apart from it. */
export type Subresource = 'status' | 'scale';

export interface WriteOptions extends CallOptions {
  readonly subresource?: Subresource;
  readonly fieldManager?: string;
}

export interface ApplyOptions extends WriteOptions {
  /** Who owns the fields that the object names; what it named before and no longer does is removed. */
  readonly fieldManager: string;
  /** Takes fields over from others instead of failing with `Conflict`. */
  readonly force?: boolean;
}

export interface DeleteOptions extends CallOptions {
  /** What becomes of what the object owns. Default: `Background`. */
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  /** Fails with `Conflict` where they do not hold. */
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly gracePeriodSeconds?: number;
}

/**
 * The API server. Every call rejects with `ApiError`. Answers that ask for a pause (429, 503 with
 * Retry-After) are retried a few times before; nothing else is.
 */
export interface ApiClient {
  /** Undefined where there is no such object; a resource that is not served is an error. */
  get<T extends KubeObject>(
    resource: Resource<T>,
    key: ObjectKey,
    options?: CallOptions,
  ): Promise<T | undefined>;

  list<T extends KubeObject>(resource: Resource<T>, options?: ListOptions): Promise<ListPage<T>>;

  /**
   * What changes from a version on, in order. Ends when the server ends it or the signal is aborted;
   * throws when the connection breaks, and for an error that the server sends in the stream.
   */
  watch<T extends KubeObject>(
    resource: Resource<T>,
    options: WatchOptions,
  ): AsyncIterable<WatchEvent<T>>;

  /** Rejects with `AlreadyExists`. */
  create<T extends KubeObject>(
    resource: Resource<T>,
    object: KubeObject,
    options?: WriteOptions,
  ): Promise<T>;

  /** Replaces the object; with a resourceVersion in it, rejects with `Conflict` if that is not the newest. */
  update<T extends KubeObject>(
    resource: Resource<T>,
    object: KubeObject,
    options?: WriteOptions,
  ): Promise<T>;

  /** Server-side apply: creates the object or brings the fields that it names to their values. */
  apply<T extends KubeObject>(
    resource: Resource<T>,
    object: KubeObject,
    options: ApplyOptions,
  ): Promise<T>;

  /** JSON merge patch (RFC 7396). With `metadata.resourceVersion` in it, `Conflict` as in `update`. */
  patch<T extends KubeObject>(
    resource: Resource<T>,
    key: ObjectKey,
    patch: object,
    options?: WriteOptions,
  ): Promise<T>;

  /** False where there is no such object. */
  delete(resource: Resource, key: ObjectKey, options?: DeleteOptions): Promise<boolean>;

  /**
   * Deletes a pod where its disruption budgets allow it; rejects with `TooManyRequests` where they
   * do not. False where there is no such pod.
   */
  evict(pod: ObjectKey, options?: DeleteOptions): Promise<boolean>;
}
