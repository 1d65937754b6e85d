import type { DigestHex, SegmentFile } from '@mapreduce/protocol';
import { joinPath } from '@mapreduce/service';
import type { Attempt } from '../attempts/attempt.ts';
import { rungOrAfter, throwIfAborted } from '../wait.ts';
import type { Worker } from '../worker.ts';
import type { Holder, MapOutput } from './completion-log.ts';
import { FetchFailures } from './fetch-failures.ts';
import { fetchFromHolder } from './fetch-from-holder.ts';
import { readLocally } from './read-locally.ts';
import { SpoolFile } from './spool-file.ts';

/** Holders that one reduce attempt fetches from at once, and files that it fetches into. */
const lanes = 4;
/** Segments that one request may ask for (segmentsRequestSchema). */
const maxMapsPerRequest = 200_000;
/** While a map's output is waited for: how long until the coordinator is asked again. */
const askAgainMs = 200;

export interface FetchOrder {
  readonly worker: Worker;
  readonly attempt: Attempt;
  readonly partition: number;
  /** Maps of the job. */
  readonly maps: number;
  /** Fetched segments go there. */
  readonly directory: string;
}

export interface Shuffled {
  /** Verified; one a map that has records in the partition, in map order. */
  readonly segments: readonly SegmentFile[];
  /** Of the attempt that was used, one a map, in map order. */
  readonly contentRoots: readonly DigestHex[];
}

/** A map's output as the log names it, wanted from its holder. */
export interface WantedOutput {
  readonly map: number;
  readonly output: MapOutput;
}

/** Some wanted outputs of one holder. */
export interface HolderGroup {
  readonly holder: Holder;
  readonly wanted: readonly WantedOutput[];
}

/** Where verified segments and failures are told. */
export interface FetchSink {
  readonly order: FetchOrder;
  readonly failures: FetchFailures;
  readonly signal: AbortSignal;
  /** The map's segment is here, verified: this reduce attempt uses that map attempt and no other. */
  bind(wanted: WantedOutput, segment: SegmentFile): void;
}

/**
 * Brings the segments of one partition of every map to this worker, each checked against the root
 * that its map attempt reported. Maps whose output is lost, or cannot be fetched, are waited for.
 * Throws `CancelledError` and `DiskError`.
 */
export function fetchSegments(order: FetchOrder): Promise<Shuffled> {
  return new Fetcher(order).run();
}

class Fetcher {
  readonly #order: FetchOrder;
  readonly #failures: FetchFailures;
  readonly #spools: readonly SpoolFile[];
  readonly #bound = new Map<
    number,
    { readonly output: MapOutput; readonly segment: SegmentFile }
  >();

  constructor(order: FetchOrder) {
    const { worker, attempt, directory } = order;
    const { disk } = worker.ports;
    this.#order = order;
    this.#failures = new FetchFailures(worker, attempt);
    this.#spools = Array.from(
      { length: lanes },
      (_, lane) => new SpoolFile(disk, joinPath(directory, `segments-${lane}`)),
    );
  }

  async run(): Promise<Shuffled> {
    const { attempt, maps } = this.#order;
    try {
      while (this.#bound.size < maps) {
        throwIfAborted(attempt.signal);
        const groups = this.#due();
        if (groups.length === 0) await this.#waitForLog();
        else await this.#fetch(groups);
      }
      for (const spool of this.#spools) await spool.flush();
    } finally {
      for (const spool of this.#spools) await spool.close();
    }
    return this.#result();
  }

  /** What can be fetched now, by holder. */
  #due(): HolderGroup[] {
    const { worker, maps } = this.#order;
    const byHolder = new Map<Holder, WantedOutput[]>();
    for (let map = 0; map < maps; map++) {
      if (this.#bound.has(map)) continue;
      const output = worker.link.log.outputOf(map);
      if (output === undefined || !this.#failures.isDue(map, output)) continue;
      const wanted = byHolder.get(output.holder);
      if (wanted === undefined) byHolder.set(output.holder, [{ map, output }]);
      else wanted.push({ map, output });
    }
    const groups: HolderGroup[] = [];
    for (const [holder, wanted] of byHolder) {
      for (let from = 0; from < wanted.length; from += maxMapsPerRequest) {
        groups.push({ holder, wanted: wanted.slice(from, from + maxMapsPerRequest) });
      }
    }
    // Reduces that begin together would all ask the same holder first, and wait for it.
    const first = this.#order.partition % Math.max(1, groups.length);
    return [...groups.slice(first), ...groups.slice(0, first)];
  }

  async #waitForLog(): Promise<void> {
    const { worker, attempt } = this.#order;
    const { link, ports } = worker;
    link.hurry();
    await rungOrAfter(link.log.changed, ports.clock, askAgainMs, attempt.signal);
  }

  /** Fetches from all groups, a few at a time. The first error ends all, then is thrown. */
  async #fetch(groups: readonly HolderGroup[]): Promise<void> {
    const { worker, attempt } = this.#order;
    const round = new AbortController();
    const onAbort = () => round.abort();
    attempt.signal.addEventListener('abort', onAbort, { once: true });
    if (attempt.signal.aborted) onAbort();
    const queue = groups.values();
    const work = async (spool: SpoolFile) => {
      try {
        for (const group of queue) {
          throwIfAborted(round.signal);
          await worker.fetches.with(() => this.#fetchGroup(group, spool, round.signal));
        }
      } catch (error) {
        round.abort();
        throw error;
      }
    };
    const ends = await Promise.allSettled(this.#spools.map(work));
    attempt.signal.removeEventListener('abort', onAbort);
    const causes = ends
      .filter((end) => end.status === 'rejected')
      .map(({ reason }) => reason as Error);
    const first = causes.find(({ name }) => name !== 'CancelledError') ?? causes[0];
    if (first !== undefined) throw first;
  }

  #fetchGroup(group: HolderGroup, spool: SpoolFile, signal: AbortSignal): Promise<void> {
    const sink: FetchSink = {
      order: this.#order,
      failures: this.#failures,
      signal,
      bind: ({ map, output }, segment) => void this.#bound.set(map, { output, segment }),
    };
    return group.holder.incarnation === this.#order.worker.link.incarnation
      ? readLocally(group, spool, sink)
      : fetchFromHolder(group, spool, sink);
  }

  #result(): Shuffled {
    const segments: SegmentFile[] = [];
    const contentRoots: DigestHex[] = [];
    for (let map = 0; map < this.#order.maps; map++) {
      const bound = this.#bound.get(map);
      if (bound === undefined) throw new Error(`map ${map} is not bound`);
      contentRoots.push(bound.output.contentRoot);
      if (bound.segment.records > 0) segments.push(bound.segment);
    }
    return { segments, contentRoots };
  }
}
