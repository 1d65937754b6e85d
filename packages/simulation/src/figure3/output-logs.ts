import type { DigestHex, LogEvent } from '@mapreduce/protocol';
import { Bell, type Holder, type MapOutput, type OutputLog } from '@mapreduce/worker';

/** What a holder serves at some moment: some maps' outputs, side by side. */
export interface Served {
  readonly holder: Holder;
  readonly maps: readonly number[];
  /** Of each map: which of its outputs, from 1 on. */
  readonly versions: readonly number[];
}

/** Versions are told apart in a byte. */
const mostVersions = 255;

/**
 * The completion log, kept once for all workers instead of once a worker: each has only its place in
 * it. What one sees may thus be newer than what it was told, by a heartbeat's time at most.
 */
export class SharedOutputs {
  /** By map: every output that it has had, newest last; a move to another holder makes another. */
  readonly #history: MapOutput[][] = [];
  /** By map, where there is one now. */
  readonly #current: (MapOutput | undefined)[] = [];
  readonly #holders = new Map<string, Holder>();
  #served: readonly Served[] | undefined;
  readonly #roots = new WeakMap<readonly Served[], readonly DigestHex[]>();
  #available = 0;
  #next = 0;

  get available(): number {
    return this.#available;
  }

  outputOf(map: number): MapOutput | undefined {
    return this.#current[map];
  }

  /** The content root of the map's output of that version. */
  root(map: number, version: number): DigestHex {
    return this.#history[map]?.[version - 1]?.contentRoot ?? '';
  }

  /** All that is to be had, by holder: made once for all who ask before the next event. */
  get served(): readonly Served[] {
    this.#served ??= this.servedOf(this.#current.keys());
    return this.#served;
  }

  /** The content roots of all maps, in map order, where each is among what was `served`. */
  roots(served: readonly Served[]): readonly DigestHex[] {
    let roots = this.#roots.get(served);
    if (roots === undefined) {
      const known: DigestHex[] = Array<DigestHex>(this.#current.length).fill('');
      for (const { maps, versions } of served) {
        maps.forEach((map, i) => (known[map] = this.root(map, versions[i] ?? 0)));
      }
      this.#roots.set(served, (roots = known));
    }
    return roots;
  }

  /** What is to be had of these maps, by holder. */
  servedOf(maps: Iterable<number>): readonly Served[] {
    const byHolder = new Map<Holder, { maps: number[]; versions: number[] }>();
    for (const map of maps) {
      const holder = this.#current[map]?.holder;
      if (holder === undefined) continue;
      let served = byHolder.get(holder);
      if (served === undefined) byHolder.set(holder, (served = { maps: [], versions: [] }));
      served.maps.push(map);
      served.versions.push(this.#history[map]?.length ?? 0);
    }
    return Array.from(byHolder, ([holder, served]) => ({ holder, ...served }));
  }

  apply(from: number, events: readonly LogEvent[]): void {
    for (let i = Math.max(0, this.#next - from); i < events.length; i++) {
      const event = events[i];
      if (event !== undefined) this.#apply(event);
      this.#next = from + i + 1;
    }
  }

  #apply(event: LogEvent): void {
    const { map, attempt } = event;
    const before = this.#current[map];
    if (event.kind === 'lost' && before?.attempt !== attempt) return;
    this.#served = undefined;
    if (before !== undefined) this.#available -= 1;
    this.#current[map] = undefined;
    if (event.kind === 'lost') return;
    const { storedRoot, contentRoot } = event;
    const holder = this.#holder(event);
    const output: MapOutput = { attempt, holder, storedRoot, contentRoot };
    const history = (this.#history[map] ??= []);
    if (history.length === mostVersions) throw new Error(`map ${map} had ${mostVersions} outputs`);
    history.push(output);
    this.#current[map] = output;
    this.#available += 1;
  }

  #holder({ holder: incarnation, address }: Extract<LogEvent, { kind: 'mapped' }>): Holder {
    const known = this.#holders.get(incarnation);
    if (known !== undefined) return known;
    const holder = { incarnation, address };
    this.#holders.set(incarnation, holder);
    return holder;
  }
}

/** One worker's place in the shared log. */
export class OutputLogView implements OutputLog {
  readonly changed = new Bell();
  readonly #shared: SharedOutputs;
  #next = 0;

  constructor(shared: SharedOutputs) {
    this.#shared = shared;
  }

  get next(): number {
    return this.#next;
  }

  get available(): number {
    return this.#shared.available;
  }

  outputOf(map: number): MapOutput | undefined {
    return this.#shared.outputOf(map);
  }

  apply(from: number, events: readonly LogEvent[]): void {
    this.#shared.apply(from, events);
    const next = from + events.length;
    if (next <= this.#next) return;
    this.#next = next;
    this.changed.ring();
  }
}
