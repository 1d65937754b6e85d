import type { Clock, Random } from '@mapreduce/service';
import type {
  ApiClient,
  ApplyOptions,
  DeleteOptions,
  ListOptions,
  ListPage,
  Subresource,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from '../api/client.ts';
import { ApiError } from '../api/error.ts';
import { formatKey, keyOf, parseKey, type KubeObject, type ObjectKey } from '../api/object.ts';
import { apiVersionOf, objectPath, type Resource } from '../api/resource.ts';
import { pods } from '../api/resources.ts';
import { jsonEqual } from '../core/merge-patch.ts';
import { microTime } from '../core/micro-time.ts';
import { History, expired } from './history.ts';
import { mergePatched, serverSideApplied } from './patches.ts';
import { selects } from './selectors.ts';

interface Stored {
  readonly object: KubeObject;
  /** What each manager last applied. */
  readonly applied: ReadonlyMap<string, KubeObject>;
}

type Spec = Readonly<Record<string, unknown>> | undefined;

const refuse = (status: number, reason: string, message: string) =>
  new ApiError({ status, reason, message });

/**
 * An API server in memory, for tests on a virtual clock: versions, conflicts, watches with bookmarks
 * and expiry, the status subresource, finalizers, pods that end when their kubelet says so, and
 * garbage collection by owner. It checks no schema, and of server-side apply it knows lists only whole
 * and no conflicts between managers.
 */
export class MemoryApi implements ApiClient {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #history: History;
  /** By resource, then by key. */
  readonly #stores = new Map<string, Map<string, Stored>>();
  readonly #resources = new Map<string, Resource>();

  constructor({ clock, random }: { readonly clock: Clock; readonly random: Random }) {
    this.#clock = clock;
    this.#random = random;
    this.#history = new History(clock);
  }

  async get<T extends KubeObject>(resource: Resource<T>, key: ObjectKey): Promise<T | undefined> {
    await Promise.resolve();
    const found = this.#store(resource).get(formatKey(key));
    return found === undefined ? undefined : (structuredClone(found.object) as T);
  }

  async list<T extends KubeObject>(
    resource: Resource<T>,
    { namespace, labelSelector, fieldSelector, limit = Infinity, ...options }: ListOptions = {},
  ): Promise<ListPage<T>> {
    await Promise.resolve();
    const [version = String(this.#history.revision), after = ''] =
      options.continue?.split(' ') ?? [];
    if (this.#history.isCompacted(Number(version))) throw expired(Number(version), 0);
    const found = [...this.#store(resource)]
      .filter(([key]) => key > after)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .filter(([key]) => namespace === undefined || parseKey(key).namespace === namespace)
      .filter(([, { object }]) => selects(object, labelSelector, fieldSelector));
    const last = found[limit - 1]?.[0];
    return {
      items: found.slice(0, limit).map(([, { object }]) => structuredClone(object) as T),
      resourceVersion: version,
      ...(found.length > limit && { continue: `${version} ${last ?? ''}` }),
    };
  }

  watch<T extends KubeObject>(
    resource: Resource<T>,
    options: WatchOptions,
  ): AsyncIterable<WatchEvent<T>> {
    return this.#history.watch(resource, options);
  }

  async create<T extends KubeObject>(resource: Resource<T>, object: KubeObject): Promise<T> {
    await Promise.resolve();
    const path = objectPath(resource, object.metadata);
    if (this.#store(resource).has(formatKey(keyOf(object)))) {
      throw refuse(409, 'AlreadyExists', `${path} exists already`);
    }
    return this.#write(resource, undefined, withoutStatus(object), new Map());
  }

  async update<T extends KubeObject>(
    resource: Resource<T>,
    object: KubeObject,
    { subresource }: WriteOptions = {},
  ): Promise<T> {
    await Promise.resolve();
    const stored = this.#find(resource, object.metadata);
    checkVersion(stored.object, object.metadata.resourceVersion, object.metadata.uid);
    return this.#replace(resource, stored, object, subresource);
  }

  async patch<T extends KubeObject>(
    resource: Resource<T>,
    key: ObjectKey,
    patch: object,
    { subresource }: WriteOptions = {},
  ): Promise<T> {
    await Promise.resolve();
    const stored = this.#find(resource, key);
    const { resourceVersion, uid } = (patch as Partial<KubeObject>).metadata ?? {};
    checkVersion(stored.object, resourceVersion, uid);
    const patched = mergePatched(stored.object, patch) as KubeObject;
    return this.#replace(resource, stored, patched, subresource);
  }

  async apply<T extends KubeObject>(
    resource: Resource<T>,
    object: KubeObject,
    { subresource, fieldManager }: ApplyOptions,
  ): Promise<T> {
    await Promise.resolve();
    const stored = this.#store(resource).get(formatKey(keyOf(object)));
    if (stored !== undefined) {
      checkVersion(stored.object, object.metadata.resourceVersion, object.metadata.uid);
    }
    const before = stored?.applied.get(`${fieldManager} ${subresource ?? ''}`);
    const merged = serverSideApplied(stored?.object, object, before) as KubeObject;
    const applied = new Map(stored?.applied).set(`${fieldManager} ${subresource ?? ''}`, object);
    if (stored === undefined)
      return this.#write(resource, undefined, withoutStatus(merged), applied);
    return this.#write(resource, stored, scoped(stored.object, merged, subresource), applied);
  }

  async delete(
    resource: Resource,
    key: ObjectKey,
    { preconditions, gracePeriodSeconds }: DeleteOptions = {},
  ): Promise<boolean> {
    await Promise.resolve();
    const stored = this.#store(resource).get(formatKey(key));
    if (stored === undefined) return false;
    checkVersion(stored.object, preconditions?.resourceVersion, preconditions?.uid);
    const { metadata, ...rest } = stored.object;
    // A pod that has a node is there until its kubelet has ended it.
    const isRunning = resource.plural === pods.plural && (rest['spec'] as Spec)?.['nodeName'];
    const waits = (metadata.finalizers ?? []).length > 0 || (isRunning && gracePeriodSeconds !== 0);
    if (!waits) this.#remove(resource, stored.object);
    else if (metadata.deletionTimestamp === undefined) {
      const deletionTimestamp = microTime(this.#clock.wall());
      const object = { ...rest, metadata: { ...metadata, deletionTimestamp } } as KubeObject;
      this.#write(resource, stored, object, stored.applied);
    }
    return true;
  }

  evict(pod: ObjectKey, options: DeleteOptions = {}): Promise<boolean> {
    return this.delete(pods, pod, options);
  }

  /** Forgets old versions: watches and pages that go on from one reject with `Expired`. */
  compact(): void {
    this.#history.compact();
  }

  /** Ends every watch that is under way: in order, or with an error. */
  endWatches(error?: ApiError): void {
    this.#history.endWatches(error);
  }

  #store(resource: Resource): Map<string, Stored> {
    const path = pathOf(resource);
    let store = this.#stores.get(path);
    if (store === undefined) this.#stores.set(path, (store = new Map<string, Stored>()));
    this.#resources.set(path, resource);
    return store;
  }

  #find(resource: Resource, key: ObjectKey): Stored {
    const stored = this.#store(resource).get(formatKey(key));
    if (stored !== undefined) return stored;
    throw refuse(404, 'NotFound', `${objectPath(resource, key)} not found`);
  }

  /** Writes the part of an object that a request to it, or to a subresource of it, is about. */
  #replace<T extends KubeObject>(
    resource: Resource<T>,
    stored: Stored,
    wanted: KubeObject,
    subresource: Subresource | undefined,
  ): T {
    const object = scoped(stored.object, wanted, subresource);
    return this.#write(resource, stored, object, stored.applied);
  }

  #write<T extends KubeObject>(
    resource: Resource<T>,
    stored: Stored | undefined,
    wanted: KubeObject,
    applied: Stored['applied'],
  ): T {
    const before = stored?.object;
    const { generation = 0, uid, creationTimestamp, resourceVersion } = before?.metadata ?? {};
    const changesSpec = before === undefined || !jsonEqual(before['spec'], wanted['spec']);
    const object: KubeObject = structuredClone({
      ...wanted,
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      metadata: {
        ...wanted.metadata,
        uid: uid ?? this.#random.hex(32),
        creationTimestamp: creationTimestamp ?? microTime(this.#clock.wall()),
        generation: generation + (changesSpec ? 1 : 0),
        ...(resourceVersion !== undefined && { resourceVersion }),
      },
    });
    if (before !== undefined && jsonEqual(before, object)) return structuredClone(before) as T;
    const { finalizers = [], deletionTimestamp } = object.metadata;
    const isLet = (before?.metadata.finalizers ?? []).length > 0 && finalizers.length === 0;
    if (deletionTimestamp !== undefined && isLet) return this.#remove(resource, object) as T;
    const versioned = this.#versioned(object);
    this.#store(resource).set(formatKey(keyOf(object)), { object: versioned, applied });
    const type = before === undefined ? 'ADDED' : 'MODIFIED';
    this.#tell(resource, type, versioned, before);
    return structuredClone(versioned) as T;
  }

  #versioned(object: KubeObject): KubeObject {
    const resourceVersion = String(this.#history.next());
    return { ...object, metadata: { ...object.metadata, resourceVersion } };
  }

  #tell(
    resource: Resource,
    type: 'ADDED' | 'MODIFIED' | 'DELETED',
    object: KubeObject,
    before: KubeObject | undefined,
  ): void {
    const revision = Number(object.metadata.resourceVersion);
    this.#history.add({ revision, path: pathOf(resource), type, object, before });
  }

  #remove(resource: Resource, object: KubeObject): KubeObject {
    this.#store(resource).delete(formatKey(keyOf(object)));
    const last = this.#versioned(object);
    this.#tell(resource, 'DELETED', last, object);
    this.#collect(object.metadata.uid);
    return last;
  }

  /** Deletes what has no owner left. */
  #collect(uid: string | undefined): void {
    for (const [path, store] of this.#stores) {
      const resource = this.#resources.get(path);
      for (const { object } of [...store.values()]) {
        const owners = object.metadata.ownerReferences ?? [];
        const isOrphan = owners.length > 0 && owners.every((owner) => owner.uid === uid);
        if (isOrphan && resource !== undefined) void this.delete(resource, keyOf(object));
      }
    }
  }
}

function pathOf({ group, plural }: Resource): string {
  return `${group}/${plural}`;
}

function withoutStatus({ status: _status, ...object }: KubeObject): KubeObject {
  return object;
}

/** Of a write to `/status` only the status counts, of any other all but it. */
function scoped(before: KubeObject, after: KubeObject, subresource?: string): KubeObject {
  const { status } = subresource === 'status' ? after : before;
  const rest = subresource === 'status' ? withoutStatus(before) : withoutStatus(after);
  return status === undefined ? rest : { ...rest, status };
}

function checkVersion(stored: KubeObject, version?: string, uid?: string): void {
  const isNewest = version === undefined || version === stored.metadata.resourceVersion;
  if (isNewest && (uid === undefined || uid === stored.metadata.uid)) return;
  throw refuse(409, 'Conflict', `${formatKey(keyOf(stored))} has been modified; read it again`);
}
