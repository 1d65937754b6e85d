import { sleep, type Clock, type Log, type Random } from '@mapreduce/service';
import type { ApiClient, Selection, WatchEvent } from '../api/client.ts';
import { ApiError, isExpired } from '../api/error.ts';
import { keyOf, type KubeObject } from '../api/object.ts';
import type { Resource } from '../api/resource.ts';
import { backoffMs, type BackoffSettings } from './backoff.ts';
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
  backoff: { baseMs: 800, maxMs: 30_000 },
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

/** A watch that ends sooner without having told anything counts as failed. */
const shortestWatchMs = 1_000;

/** Keeps a cache equal to a collection of the API server, whatever comes between. */
export class Reflector<T extends KubeObject> {
  readonly #options: ReflectorOptions<T>;
  readonly #settings: ReflectorSettings;
  /** Where the next watch goes on; undefined: list first. */
  #version: string | undefined;
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
    const reason = error instanceof Error ? error.message : String(error);
    const fields = { resource: resource.plural, error: reason, failures: this.#failures };
    log.warn('watching failed', { ...fields, retryInMs: Math.round(delay) });
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
    cache.replace(items, selection.namespace);
    if (!this.#synced) this.#options.onSynced();
    this.#synced = true;
    return resourceVersion;
  }

  async #listPages(signal: AbortSignal) {
    const { client, resource, selection } = this.#options;
    const items: T[] = [];
    let next: string | undefined;
    for (;;) {
      const page = await client.list(resource, {
        ...selection,
        limit: this.#settings.pageSize,
        signal,
        ...(next !== undefined && { continue: next }),
      });
      for (const item of page.items) items.push(item);
      next = page.continue;
      if (next === undefined) return { items, resourceVersion: page.resourceVersion };
    }
  }

  async #watch(from: string, watchMs: number, signal: AbortSignal): Promise<void> {
    const { client, resource, selection, clock, log } = this.#options;
    const began = clock.now();
    const { signal: ended, touch, stop } = this.#watchdog(signal);
    let told = 0;
    try {
      const events = client.watch(resource, {
        ...selection,
        resourceVersion: from,
        timeoutSeconds: Math.max(1, Math.ceil(watchMs / 1_000)),
        signal: ended,
      });
      for await (const event of events) {
        touch();
        told += 1;
        this.#take(event);
        this.#failures = 0;
      }
    } finally {
      stop();
    }
    if (signal.aborted) return;
    if (ended.aborted) {
      log.warn('a watch told nothing for too long', { resource: resource.plural });
    } else if (told === 0 && clock.now() - began < shortestWatchMs) {
      throw new ApiError({
        status: 0,
        reason: 'BadResponse',
        message: 'the watch ended at once',
      });
    }
    this.#failures = 0;
  }

  #take(event: WatchEvent<T>): void {
    const { cache } = this.#options;
    if (event.type === 'BOOKMARK') {
      this.#version = event.resourceVersion;
      return;
    }
    const { object } = event;
    const { resourceVersion } = object.metadata;
    if (resourceVersion === undefined) return;
    const last = this.#version ?? '';
    const held = cache.get(keyOf(object))?.metadata.resourceVersion ?? last;
    // Told late or twice: something newer is known already.
    if (isOlder(resourceVersion, held)) return;
    if (event.type === 'DELETED') cache.delete(keyOf(object), object);
    else cache.set(object);
    if (!isOlder(resourceVersion, last)) this.#version = resourceVersion;
  }

  /** A signal that is aborted with the given one, or when nothing touches it for too long. */
  #watchdog(signal: AbortSignal) {
    const { clock } = this.#options;
    const controller = new AbortController();
    const abort = () => controller.abort();
    const arm = () => clock.after(this.#settings.idleMs, abort);
    let timer = arm();
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    return {
      signal: controller.signal,
      touch: () => {
        timer.cancel();
        timer = arm();
      },
      stop: () => {
        timer.cancel();
        signal.removeEventListener('abort', abort);
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
