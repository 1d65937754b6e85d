import type { Clock, Log, Random } from '@mapreduce/service';
import type { ApiClient } from '../api/client.ts';
import type { KubeObject } from '../api/object.ts';
import type { Resource } from '../api/resource.ts';
import { ObjectCache } from './object-cache.ts';
import { Reflector, type ReflectorSettings } from './reflector.ts';

export interface InformerSelection {
  /** Default: all of them, in one watch. */
  readonly namespaces?: readonly string[];
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface InformerOptions<T extends KubeObject> extends InformerSelection {
  readonly client: ApiClient;
  readonly resource: Resource<T>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly settings?: Partial<ReflectorSettings>;
}

/** The name of the index by the uid of an owner, which every informer has. */
export const byOwner = 'owner';

/** A cache of one resource that follows the API server. */
export class Informer<T extends KubeObject> {
  readonly resource: Resource<T>;
  readonly cache: ObjectCache<T>;
  readonly #reflectors: readonly Reflector<T>[];
  readonly #onSynced: (() => void)[] = [];
  #unsynced: number;

  constructor(options: InformerOptions<T>) {
    const { resource, namespaces, labelSelector, fieldSelector, ...parts } = options;
    this.resource = resource;
    this.cache = new ObjectCache(options.log);
    this.cache.addIndex(byOwner, ({ metadata }) =>
      (metadata.ownerReferences ?? []).map(({ uid }) => uid),
    );
    this.#reflectors = (namespaces ?? [undefined]).map(
      (namespace) =>
        new Reflector({
          ...parts,
          resource,
          cache: this.cache,
          selection: {
            ...(namespace !== undefined && { namespace }),
            ...(labelSelector !== undefined && { labelSelector }),
            ...(fieldSelector !== undefined && { fieldSelector }),
          },
          onSynced: () => this.#countSynced(),
        }),
    );
    this.#unsynced = this.#reflectors.length;
  }

  /** Whether the cache holds everything that there was when it was first listed. */
  get hasSynced(): boolean {
    return this.#unsynced === 0;
  }

  /** Resolves when the cache has synced. */
  synced(): Promise<void> {
    if (this.hasSynced) return Promise.resolve();
    return new Promise((resolve) => this.#onSynced.push(resolve));
  }

  /** Resolves when the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#reflectors.map((reflector) => reflector.run(signal)));
  }

  #countSynced(): void {
    this.#unsynced -= 1;
    if (this.hasSynced) for (const resolve of this.#onSynced.splice(0)) resolve();
  }
}
