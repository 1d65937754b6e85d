import { sleep, type Clock, type Log, type Random } from '@mapreduce/service';
import type { ApiClient, ListOptions, Selection, WatchEvent } from '../api/client.ts';
import { ApiError, isExpired } from '../api/error.ts';
import { formatKey, keyOf, type KubeObject } from '../api/object.ts';
import type { Resource } from '../api/resource.ts';
import { linkedAbort } from './abort.ts';
import { backoffMs, type BackoffSettings } from './backoff.ts';
import { messageOf } from './errors.ts';
import type { ObjectCache } from './object-cache.ts';
import { isOlder } from './resource-version.ts';

export interface ReflectorSettings {
  readonly pageSize: number;
  /** After so long the server ends a watch: between this and twice as long, drawn each time. */
  readonly watchMs: number;
  /** A watch that tells nothing for so long is dead. The server sends a bookmark every minute. */
  readonly idleMs: number;
  /** After so long everything is listed again, whatever the watches told. */
  readonly relistMs: number;
  readonly backoff: BackoffSettings;
}

export const defaultReflectorSettings: ReflectorSettings = {
  pageSize: 500,
  watchMs: 300_000,
  idleMs: 90_000,
  relistMs: 600_000,
  backoff: { baseMs: 500, maxMs: 10_000 },
};

export interface ReflectorOptions<T extends KubeObject> {
  readonly client: ApiClient;
  readonly resource: Resource<T>;
  readonly selection: Selection;
  readonly cache: ObjectCache<T>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly settings?: Partial<ReflectorSettings>;
  /** Called once, when the first list is in the cache. */
  readonly onSynced: () => void;
}

/** A watch that ends sooner without having told anything new counts as failed. */
const shortestWatchMs = 1_000;
/** After a watch of this length earlier failures no longer count. */
const healthyWatchMs = 30_000;

interface Listed<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
}

/** Keeps a cache equal to a collection of the API server, whatever comes between. */
export class Reflector<T extends KubeObject> {
  readonly #options: ReflectorOptions<T>;
  readonly #settings: ReflectorSettings;
  /** Where the next watch goes on; undefined: list first. */
  #version: string | undefined;
  /** The version of the last list: what it does not hold was gone by then. */
  #listed = '';
  /** What was deleted since, and at which version: an older event must not bring it back. */
  readonly #deleted = new Map<string, string>();
  #listedAt = 0;
  #relistMs = 0;
  #failures = 0;
  #synced = false;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#settings = { ...defaultReflectorSettings, ...options.settings };
  }

  /** Resolves when the signal is aborted; nothing else ends it. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#once(signal);
      } catch (error) {
        await this.#failed(error, signal);
      }
    }
  }

  async #failed(error: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { clock, random, log, resource } = this.#options;
    this.#failures += 1;
    if (!mayGoOn(error, this.#failures)) this.#version = undefined;
    const delay = backoffMs(this.#settings.backoff, this.#failures, random);
    log.warn('watching failed', {
      resource: resource.plural,
      error: messageOf(error),
      failures: this.#failures,
      retryInMs: Math.round(delay),
    });
    await sleep(clock, delay, signal);
  }

  async #once(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    const untilRelist = this.#listedAt + this.#relistMs - clock.now();
    if (this.#version === undefined || untilRelist < 1_000) {
      this.#version = await this.#list(signal);
      this.#listedAt = clock.now();
      this.#relistMs = this.#settings.relistMs * (1 + 0.1 * random.float());
      return;
    }
    const watchMs = this.#settings.watchMs * (1 + random.float());
    await this.#watch(this.#version, Math.min(watchMs, untilRelist), signal);
  }

  async #list(signal: AbortSignal): Promise<string> {
    const { cache, selection } = this.#options;
    const { items, resourceVersion } = await this.#listPages(signal);
    cache.replace(items.map(withoutManagedFields), selection.namespace);
    if (!this.#synced) this.#options.onSynced();
    this.#synced = true;
    this.#listed = resourceVersion;
    this.#deleted.clear();
    return resourceVersion;
  }

  async #listPages(signal: AbortSignal): Promise<Listed<T>> {
    const { pageSize } = this.#settings;
    const items: T[] = [];
    let next: string | undefined;
    for (;;) {
      const page = await this.#listPage(signal, {
        limit: pageSize,
        ...(next !== undefined && { continue: next }),
      }).catch((error: unknown) => {
        if (next === undefined || !isExpired(error)) throw error;
        return undefined;
      });
      // The version of the first pages was compacted away meanwhile: take all in one.
      if (page === undefined) return this.#listPage(signal, {});
      for (const item of page.items) items.push(item);
      if (page.continue === undefined) return { items, resourceVersion: page.resourceVersion };
      if (page.continue === next) throw badResponse('two pages of a list have the same sequel');
      next = page.continue;
    }
  }

  #listPage(signal: AbortSignal, page: Pick<ListOptions, 'limit' | 'continue'>) {
    const { client, resource, selection } = this.#options;
    return client.list(resource, { ...selection, ...page, signal });
  }

  async #watch(from: string, watchMs: number, signal: AbortSignal): Promise<void> {
    const { client, resource, selection, clock, log } = this.#options;
    const began = clock.now();
    const { signal: ended, touch, stop } = this.#watchdog(signal);
    let isNews = false;
    try {
      const events = client.watch(resource, {
        ...selection,
        resourceVersion: from,
        timeoutSeconds: Math.max(1, Math.ceil(watchMs / 1_000)),
        signal: ended,
      });
      for await (const event of events) {
        touch();
        if (this.#take(event)) {
          isNews = true;
          this.#failures = 0;
        }
      }
    } finally {
      stop();
      if (clock.now() - began >= healthyWatchMs) this.#failures = 0;
    }
    if (signal.aborted) return;
    if (ended.aborted) {
      log.warn('a watch told nothing for too long', { resource: resource.plural });
    } else if (!isNews && clock.now() - began < shortestWatchMs) {
      throw badResponse('the watch ended at once');
    }
  }

  /** Whether it told anything that was not known. */
  #take(event: WatchEvent<T>): boolean {
    const { cache } = this.#options;
    const last = this.#version ?? '';
    if (event.type === 'BOOKMARK') {
      if (event.resourceVersion === last || isOlder(event.resourceVersion, last)) return false;
      this.#version = event.resourceVersion;
      return true;
    }
    const { object } = event;
    const { resourceVersion } = object.metadata;
    if (resourceVersion === undefined) throw badResponse('an event has no resourceVersion');
    const key = keyOf(object);
    const held = cache.get(key)?.metadata.resourceVersion;
    const known = held ?? this.#deleted.get(formatKey(key)) ?? this.#listed;
    // Told late or twice: something newer is known already.
    if (isOlder(resourceVersion, known) || (held === undefined && resourceVersion === known)) {
      return false;
    }
    if (event.type === 'DELETED') {
      cache.delete(key, object);
      this.#deleted.set(formatKey(key), resourceVersion);
    } else {
      cache.set(withoutManagedFields(object));
    }
    if (!isOlder(resourceVersion, last)) this.#version = resourceVersion;
    return held !== resourceVersion || event.type === 'DELETED';
  }

  /** A signal that is aborted with the given one, or when nothing touches it for too long. */
  #watchdog(outer: AbortSignal) {
    const linked = linkedAbort(outer);
    const arm = () => this.#options.clock.after(this.#settings.idleMs, linked.abort);
    let timer = arm();
    return {
      signal: linked.signal,
      touch: () => {
        timer.cancel();
        timer = arm();
      },
      stop: () => {
        timer.cancel();
        linked.release();
      },
    };
  }
}

/**
 * Whether a watch can go on from the version where the last one failed. Not where the server says that
 * it no longer knows it, nor after an answer that makes no sense twice: the next would be the same.
 */
function mayGoOn(error: unknown, failures: number): boolean {
  if (!(error instanceof ApiError) || isExpired(error)) return false;
  const isServerBusy = error.status === 429 || error.status === 503;
  const isCut = error.status === 0 && error.reason !== 'BadResponse';
  return isServerBusy || isCut || failures < 2;
}

function badResponse(message: string): ApiError {
  return new ApiError({ status: 0, reason: 'BadResponse', message });
}

/** Who wrote which field is half of an object, and no controller reads it. */
function withoutManagedFields<T extends KubeObject>(object: T): T {
  const { managedFields, ...metadata } = object.metadata;
  return managedFields === undefined ? object : { ...object, metadata };
}
