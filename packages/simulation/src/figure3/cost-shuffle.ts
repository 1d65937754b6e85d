import {
  rungOrAfter,
  FetchFailures,
  type FetchOrder,
  type Holder,
  type Shuffled,
} from '@mapreduce/worker';
import type { GridClock } from './grid-clock.ts';
import type { Host, Hosts } from './hosts.ts';
import type { SharedOutputs } from './output-logs.ts';
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

interface Group {
  readonly holder: Holder;
  readonly maps: readonly number[];
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
  readonly #bound: Uint8Array;
  readonly #roots: string[];
  #missing: number;

  constructor(options: CostShuffleOptions, order: FetchOrder) {
    this.#options = options;
    this.#order = order;
    this.#failures = new FetchFailures(order.worker, order.attempt);
    this.#bound = new Uint8Array(order.maps);
    this.#roots = Array<string>(order.maps).fill('');
    this.#missing = order.maps;
  }

  async run(): Promise<Shuffled> {
    const { attempt, worker } = this.#order;
    while (this.#missing > 0) {
      if (attempt.signal.aborted) throw new Error('cancelled');
      const groups = this.#due();
      if (groups.length > 0) await this.#round(groups);
      else {
        worker.link.hurry();
        const { clock } = worker.ports;
        await rungOrAfter(worker.link.log.changed, clock, askAgainMs, attempt.signal);
      }
    }
    return { segments: [], contentRoots: this.#roots };
  }

  #due(): Group[] {
    const { outputs } = this.#options;
    const groups: Group[] = [];
    for (const [holder, held] of outputs.byHolder) {
      const maps: number[] = [];
      for (const map of held) {
        const output = outputs.outputs.get(map);
        if (output === undefined || this.#bound[map] === 1) continue;
        if (this.#failures.isDue(map, output)) maps.push(map);
      }
      if (maps.length > 0) groups.push({ holder, maps });
    }
    // Each begins elsewhere, as the production fetcher does.
    const first = this.#order.partition % Math.max(1, groups.length);
    return [...groups.slice(first), ...groups.slice(0, first)];
  }

  /** Resolves when each group has come, or has failed. */
  #round(groups: readonly Group[]): Promise<void> {
    const { signal } = this.#order.attempt;
    return new Promise((resolve) => {
      let next = 0;
      let running = 0;
      const work = () => {
        const group = signal.aborted ? undefined : groups[next++];
        if (group === undefined) {
          if (running === 0) resolve();
          return;
        }
        running += 1;
        this.#fetch(group, () => {
          running -= 1;
          work();
        });
      };
      for (let lane = 0; lane < lanes; lane++) work();
    });
  }

  #fetch(group: Group, done: () => void): void {
    const { clock, hosts, scenario, self } = this.#options;
    const { bytes, hostRate, maps, reducers } = scenario;
    const holder = hosts.get(group.holder.address);
    if (holder === undefined || holder.process.isDead) {
      this.#refused(group, done);
      return;
    }
    const length = (group.maps.length * bytes) / maps / reducers;
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
        this.#refused(group, done);
        return;
      }
      for (const map of group.maps) this.#bind(map);
      this.#order.attempt.fetched(Math.round(length));
      done();
    });
  }

  #bind(map: number): void {
    const output = this.#options.outputs.outputs.get(map);
    // It was lost while it came: what has come is whole.
    const root = output?.contentRoot;
    if (root === undefined || this.#bound[map] === 1) return;
    this.#bound[map] = 1;
    this.#roots[map] = root;
    this.#missing -= 1;
  }

  #refused({ holder, maps }: Group, done: () => void): void {
    const { outputs, self } = this.#options;
    const told = maps.map((map) => {
      const output = outputs.outputs.get(map);
      if (output?.holder !== holder) return Promise.resolve();
      return this.#failures.add(map, output, 'unreachable', 'refused');
    });
    void Promise.allSettled(told).then(() => self.process.enter(done));
  }
}
