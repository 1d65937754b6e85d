import { sleep, type Clock, type Log, type Random } from '@mapreduce/service';
import type { ApiClient } from '../api/client.ts';
import { ApiError, isAlreadyExists, isNotFound } from '../api/error.ts';
import type { KubeObject } from '../api/object.ts';
import { apiVersionOf } from '../api/resource.ts';
import { within } from './abort.ts';
import { backoffMs } from './backoff.ts';
import { messageOf } from './errors.ts';
import { EventBudget } from './event-budget.ts';
import { events, type Event, type ObjectReference } from './event.ts';
import { microTime } from './micro-time.ts';

export interface EventFacts {
  /** `Warning` where somebody should look. */
  readonly type: 'Normal' | 'Warning';
  /** Why, in UpperCamelCase and at most 128 characters: `CreatedPod`. */
  readonly reason: string;
  /** What the controller did: `Create`. */
  readonly action: string;
  /** For people; cut at 1 kB. */
  readonly note: string;
}

/** Tells people what became of an object. Never throws, and never makes its caller wait. */
export interface EventRecorder {
  record(regarding: KubeObject, facts: EventFacts): void;
}

export interface EventRecorderOptions {
  readonly client: ApiClient;
  /** Who reports: a qualified name, such as `example.com/my-operator`. */
  readonly controller: string;
  /** Which of its processes: the pod's name. */
  readonly instance: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** The same fact again within this time is counted, not told anew. */
const seriesMs = 600_000;
/** How often the count of a series is written at most. */
const countMs = 30_000;
const maxSeries = 2_048;
const maxQueued = 500;
const maxTries = 4;
const maxNoteBytes = 1_024;
const retryBackoff = { baseMs: 1_000, maxMs: 10_000 };

interface Series {
  readonly regarding: ObjectReference;
  readonly facts: EventFacts;
  /** Of the event that was created for it; empty before. */
  name: string;
  count: number;
  /** The count that the API server knows. */
  written: number;
  /** Whether a write is to come. */
  isDue: boolean;
  /** By the monotonic clock. */
  seenAt: number;
}

/**
 * Events in the API server (events.k8s.io/v1). What repeats becomes one event with a count; an object
 * has 25 at once and then one in five minutes; what cannot be written after some tries is dropped.
 */
export class ApiEventRecorder implements EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #budget: EventBudget;
  /** Least recently seen first. */
  readonly #series = new Map<string, Series>();
  readonly #queue: Series[] = [];
  #writing: Promise<void> | undefined;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#budget = new EventBudget(options.clock);
  }

  record(regarding: KubeObject, facts: EventFacts): void {
    const { clock, log } = this.#options;
    const { type, reason, action, note } = facts;
    const uid = regarding.metadata.uid ?? regarding.metadata.name;
    const key = JSON.stringify([uid, type, reason, action, note]);
    const known = this.#series.get(key);
    this.#series.delete(key);
    if (known !== undefined && clock.now() - known.seenAt < seriesMs) {
      this.#series.set(key, known);
      known.count += 1;
      known.seenAt = clock.now();
      this.#countLater(known);
      return;
    }
    if (!this.#budget.take(uid)) {
      log.debug('dropped an event: its object has too many', { reason, note });
      return;
    }
    const seenAt = clock.now();
    const series = {
      regarding: referenceTo(regarding),
      ...{ facts, name: '', count: 1, written: 0, isDue: true, seenAt },
    };
    this.#series.set(key, series);
    const [oldest] = this.#series.keys();
    if (this.#series.size > maxSeries && oldest !== undefined) this.#series.delete(oldest);
    this.#enqueue(series);
  }

  /** Resolves when what is to be written now is written or given up, or after `ms`. */
  async flush(ms: number): Promise<void> {
    await within(this.#options.clock, ms, this.#writing ?? Promise.resolve());
  }

  #countLater(series: Series): void {
    if (series.isDue) return;
    series.isDue = true;
    this.#options.clock.after(countMs, () => this.#enqueue(series));
  }

  #enqueue(series: Series): void {
    if (this.#queue.length < maxQueued) {
      this.#queue.push(series);
      this.#writing ??= this.#writeAll();
    } else {
      series.isDue = false;
      this.#options.log.debug('dropped an event: too many wait', { reason: series.facts.reason });
    }
  }

  async #writeAll(): Promise<void> {
    for (let series = this.#queue.shift(); series !== undefined; series = this.#queue.shift()) {
      const { count } = series;
      await this.#tryToWrite(series);
      series.isDue = false;
      series.written = count;
      // It was seen again meanwhile.
      if (series.count > series.written) this.#countLater(series);
    }
    this.#writing = undefined;
  }

  async #tryToWrite(series: Series): Promise<void> {
    const { clock, random, log } = this.#options;
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#write(series);
        return;
      } catch (error) {
        if (tries === maxTries || !mayPass(error)) {
          const { reason, note } = series.facts;
          log.warn('could not write an event', { reason, note, error: messageOf(error) });
          return;
        }
      }
      await sleep(clock, backoffMs(retryBackoff, tries, random));
    }
  }

  async #write(series: Series): Promise<void> {
    const { client } = this.#options;
    if (series.name !== '' && series.written > 0) {
      const patch = {
        series: { count: series.count, lastObservedTime: this.#wallAt(series.seenAt) },
      };
      const namespace = namespaceOf(series.regarding);
      try {
        await client.patch(events, { namespace, name: series.name }, patch);
        return;
      } catch (error) {
        // The API server keeps events for an hour: this one is told anew.
        if (!isNotFound(error)) throw error;
        series.name = '';
        series.count = 1;
      }
    }
    const event = this.#event(series);
    series.name = event.metadata.name;
    try {
      await client.create(events, event);
    } catch (error) {
      // The answer to an earlier try was lost.
      if (!isAlreadyExists(error)) throw error;
    }
  }

  #event({ regarding, facts, name, seenAt }: Series): Event {
    const { random, controller, instance } = this.#options;
    // A suffix of its own, on a name of 253 characters at most.
    const ownName = `${regarding.name.slice(0, 230)}.${random.hex(16)}`;
    return {
      apiVersion: apiVersionOf(events),
      kind: events.kind,
      metadata: { namespace: namespaceOf(regarding), name: name === '' ? ownName : name },
      eventTime: this.#wallAt(seenAt),
      ...facts,
      note: cut(facts.note, maxNoteBytes),
      regarding,
      reportingController: controller,
      reportingInstance: instance,
    };
  }

  #wallAt(moment: number): string {
    const { clock } = this.#options;
    return microTime(clock.wall() - (clock.now() - moment));
  }
}

/** Events of what has no namespace are kept in this one. */
function namespaceOf({ namespace }: ObjectReference): string {
  return namespace ?? 'default';
}

/** All that is kept of an object: some are large, and there are many. */
function referenceTo({ apiVersion, kind, metadata }: KubeObject): ObjectReference {
  const { name, namespace, uid, resourceVersion } = metadata;
  return { apiVersion, kind, name, namespace, uid, resourceVersion };
}

/** Whether a later try may do better. */
function mayPass(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return error.status === 0 || error.status === 429 || error.status >= 500;
}

/** The longest beginning of a text that has so many bytes of UTF-8 at most. */
function cut(text: string, maxBytes: number): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= maxBytes) return text;
  let end = maxBytes;
  // Not within a character, whose later bytes are 10xxxxxx.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return new TextDecoder().decode(bytes.subarray(0, end));
}
