import type { DigestHex } from '@mapreduce/protocol';
import { rungOrAfter, FetchFailures, type FetchOrder, type Shuffled } from '@mapreduce/worker';
import type { GridClock } from './grid-clock.ts';
import type { Host, Hosts } from './hosts.ts';
import type { Served, SharedOutputs } from './output-logs.ts';
import type { Figure3Scenario } from './scenario.ts';

/** As in the production fetcher: holders that a reduce fetches from at once. */
const lanes = 4;
/** As there, while an output is waited for. */
const askAgainMs = 200;
/** A request takes so long beside its bytes. */
const requestMs = 2;

export interface CostShuffleOptions {
  readonly clock: GridClock;
  readonly scenario: Figure3Scenario;
  readonly hosts: Hosts;
  readonly outputs: SharedOutputs;
  readonly self: Host;
}

/**
 * The shuffle of one reduce as a matter of time: one event a holder for all of its segments, at the
 * rate that the two hosts' transfers of that moment leave it. What cannot be fetched is told as the
 * production fetcher tells it.
 */
export class CostShuffle {
  readonly #options: CostShuffleOptions;
  readonly #order: FetchOrder;
  readonly #failures: FetchFailures;
  /** By map: which of its outputs has come; 0: none yet. */
  readonly #bound: Uint8Array;
  /** All that there was when it began. */
  #first: readonly Served[] | undefined;
  /** Maps of which none had come when it was last looked; undefined before its second look. */
  #missing: readonly number[] | undefined;
  #left: number;

  constructor(options: CostShuffleOptions, order: FetchOrder) {
    this.#options = options;
    this.#order = order;
    this.#failures = new FetchFailures(order.worker, order.attempt);
    this.#bound = new Uint8Array(order.maps);
    this.#left = order.maps;
  }

  async run(): Promise<Shuffled> {
    const { attempt, worker } = this.#order;
    while (this.#left > 0) {
      if (attempt.signal.aborted) throw new Error('cancelled');
      const due = this.#due();
      if (due.length > 0) await this.#round(due);
      else {
        worker.link.hurry();
        const { clock } = worker.ports;
        await rungOrAfter(worker.link.log.changed, clock, askAgainMs, attempt.signal);
      }
    }
    return { segments: [], contentRoots: this.#roots() };
  }

  #roots(): readonly DigestHex[] {
    const { outputs } = this.#options;
    // What most reduces consume: the same array for all of them.
    if (this.#missing === undefined && this.#first !== undefined) return outputs.roots(this.#first);
    return Array.from(this.#bound, (version, map) => outputs.root(map, version));
  }

  /** What can be fetched now, by holder. */
  #due(): readonly Served[] {
    const { outputs } = this.#options;
    if (this.#first === undefined) return (this.#first = outputs.served);
    const before = this.#missing ?? Array.from(this.#bound.keys());
    this.#missing = before.filter((map) => this.#bound[map] === 0);
    const due = this.#missing.filter((map) => {
      const output = outputs.outputOf(map);
      return output !== undefined && this.#failures.isDue(map, output);
    });
    return outputs.servedOf(due);
  }

  /** Resolves when each holder's have come, or have failed. */
  #round(due: readonly Served[]): Promise<void> {
    const { attempt, partition } = this.#order;
    const { signal } = attempt;
    return new Promise((resolve) => {
      let next = 0;
      let running = 0;
      const work = () => {
        // Each begins elsewhere, as the production fetcher does.
        const served = due[(partition + next) % due.length];
        if (signal.aborted || served === undefined || next === due.length) {
          if (running === 0) resolve();
          return;
        }
        next += 1;
        running += 1;
        this.#fetch(served, () => {
          running -= 1;
          work();
        });
      };
      for (let lane = 0; lane < lanes; lane++) work();
    });
  }

  #fetch(served: Served, done: () => void): void {
    const { clock, hosts, scenario, self } = this.#options;
    const { bytes, hostRate, maps, reducers } = scenario;
    const holder = hosts.get(served.holder.address);
    if (holder === undefined || holder.process.isDead) {
      this.#refused(served, done);
      return;
    }
    const length = (served.maps.length * bytes) / maps / reducers;
    const isLocal = holder === self;
    if (!isLocal) {
      holder.outgoing += 1;
      self.incoming += 1;
    }
    const sharing = Math.max(1, holder.outgoing, self.incoming);
    clock.tell(isLocal ? 0 : requestMs + (length * sharing) / hostRate, () => {
      if (!isLocal) {
        holder.outgoing -= 1;
        self.incoming -= 1;
      }
      if (self.process.isDead) return;
      if (holder.process.isDead) {
        this.#refused(served, done);
        return;
      }
      this.#bind(served);
      this.#order.attempt.fetched(Math.round(length));
      done();
    });
  }

  /** Also what was lost while it came: it is whole. */
  #bind({ maps, versions }: Served): void {
    for (let i = 0; i < maps.length; i++) this.#bound[maps[i] ?? 0] = versions[i] ?? 0;
    this.#left -= maps.length;
  }

  #refused({ holder, maps }: Served, done: () => void): void {
    const { outputs, self } = this.#options;
    const told = maps.map((map) => {
      const output = outputs.outputOf(map);
      if (output?.holder !== holder) return Promise.resolve();
      return this.#failures.add(map, output, 'unreachable', 'refused');
    });
    void Promise.allSettled(told).then(() => self.process.enter(done));
  }
}
