import type { Clock, Timer } from '@mapreduce/service';
import type { WatchEvent, WatchOptions } from '../api/client.ts';
import { ApiError } from '../api/error.ts';
import type { KubeObject } from '../api/object.ts';
import type { Resource } from '../api/resource.ts';
import { selects } from './selectors.ts';

interface Change {
  readonly revision: number;
  /** The path of the resource, whatever the namespace. */
  readonly path: string;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
  /** As it was before: what no longer is selected is told as deleted. */
  readonly before: KubeObject | undefined;
}

const bookmarkMs = 60_000;

/** Every change there was, and those who watch. */
export class History {
  readonly #clock: Clock;
  #changes: Change[] = [];
  #compacted = 0;
  #revision = 0;
  readonly #wake = new Set<() => void>();
  readonly #cut = new Set<(error: ApiError | undefined) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get revision(): number {
    return this.#revision;
  }

  isCompacted(revision: number): boolean {
    return revision < this.#compacted;
  }

  next(): number {
    this.#revision += 1;
    return this.#revision;
  }

  add(change: Change): void {
    this.#changes.push(change);
    for (const wake of this.#wake) wake();
  }

  /** Forgets what was: who watches from an older revision is told that it has expired. */
  compact(): void {
    this.#changes = [];
    this.#compacted = this.#revision;
  }

  /** Ends every watch: in order, or with an error. */
  endWatches(error?: ApiError): void {
    for (const cut of [...this.#cut]) cut(error);
  }

  async *watch<T extends KubeObject>(
    { plural, group }: Resource<T>,
    { namespace, labelSelector, fieldSelector, ...options }: WatchOptions,
  ): AsyncGenerator<WatchEvent<T>, void, undefined> {
    let from = Number(options.resourceVersion);
    if (this.isCompacted(from)) throw expired(from, this.#compacted);
    const isSelected = (object: KubeObject | undefined) =>
      object !== undefined &&
      (namespace === undefined || object.metadata.namespace === namespace) &&
      selects(object, labelSelector, fieldSelector);

    const turn = new Turn(this.#clock);
    const timeout = this.#clock.after(options.timeoutSeconds * 1_000, () => turn.end(undefined));
    const end = (error: ApiError | undefined) => turn.end(error);
    const abort = () => turn.end(undefined);
    this.#wake.add(turn.wake);
    this.#cut.add(end);
    options.signal?.addEventListener('abort', abort, { once: true });
    if (options.signal?.aborted === true) abort();
    try {
      for (;;) {
        const last = this.#revision;
        for (const change of this.#changes.filter(({ revision }) => revision > from)) {
          if (change.path !== `${group}/${plural}`) continue;
          const is = change.type !== 'DELETED' && isSelected(change.object);
          const was = isSelected(change.before);
          if (!is && !was) continue;
          const type = is ? (was ? 'MODIFIED' : 'ADDED') : 'DELETED';
          yield { type, object: structuredClone(change.object) as T };
        }
        from = last;
        const why = await turn.next(() => this.#revision > from);
        if (why === 'ended') return;
        if (why === 'bookmark') yield { type: 'BOOKMARK', resourceVersion: String(from) };
      }
    } finally {
      timeout.cancel();
      this.#wake.delete(turn.wake);
      this.#cut.delete(end);
      options.signal?.removeEventListener('abort', abort);
    }
  }
}

/** What a watch waits for. */
class Turn {
  readonly #clock: Clock;
  #ended: { readonly error: ApiError | undefined } | undefined;
  #resolve: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly wake = (): void => this.#resolve?.();

  end(error: ApiError | undefined): void {
    this.#ended ??= { error };
    this.wake();
  }

  async next(hasNews: () => boolean): Promise<'news' | 'bookmark' | 'ended'> {
    let timer: Timer | undefined;
    if (this.#ended === undefined && !hasNews()) {
      await new Promise<void>((resolve) => {
        this.#resolve = resolve;
        timer = this.#clock.after(bookmarkMs, resolve);
      });
    }
    timer?.cancel();
    if (this.#ended?.error !== undefined) throw this.#ended.error;
    if (this.#ended !== undefined) return 'ended';
    return hasNews() ? 'news' : 'bookmark';
  }
}

export function expired(from: number, oldest: number): ApiError {
  const message = `too old resource version: ${from} (${oldest})`;
  return new ApiError({ status: 410, reason: 'Expired', message });
}
