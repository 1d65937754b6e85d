import type { LogEvent } from '@mapreduce/protocol';
import { Bell, type Holder, type MapOutput, type OutputLog } from '@mapreduce/worker';

/**
 * The completion log, kept once for all workers instead of once a worker: each has only its place in
 * it. What one sees may thus be newer than what it was told, by a heartbeat's time at most.
 */
export class SharedOutputs {
  readonly outputs = new Map<number, MapOutput>();
  readonly byHolder = new Map<Holder, Set<number>>();
  readonly #holders = new Map<string, Holder>();
  #next = 0;

  apply(from: number, events: readonly LogEvent[]): void {
    for (let i = Math.max(0, this.#next - from); i < events.length; i++) {
      const event = events[i];
      if (event !== undefined) this.#apply(event);
      this.#next = from + i + 1;
    }
  }

  #apply(event: LogEvent): void {
    const { map, attempt } = event;
    const before = this.outputs.get(map);
    if (event.kind === 'lost' && before?.attempt !== attempt) return;
    if (before !== undefined) this.byHolder.get(before.holder)?.delete(map);
    this.outputs.delete(map);
    if (event.kind === 'lost') return;
    const { address, storedRoot, contentRoot } = event;
    let holder = this.#holders.get(event.holder);
    if (holder === undefined) {
      holder = { incarnation: event.holder, address };
      this.#holders.set(event.holder, holder);
      this.byHolder.set(holder, new Set());
    }
    this.byHolder.get(holder)?.add(map);
    this.outputs.set(map, { attempt, holder, storedRoot, contentRoot });
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
    return this.#shared.outputs.size;
  }

  outputOf(map: number): MapOutput | undefined {
    return this.#shared.outputs.get(map);
  }

  apply(from: number, events: readonly LogEvent[]): void {
    this.#shared.apply(from, events);
    const next = from + events.length;
    if (next <= this.#next) return;
    this.#next = next;
    this.changed.ring();
  }
}
