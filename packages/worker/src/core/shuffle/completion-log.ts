import type { AttemptId, DigestHex, Incarnation, LogEvent } from '@mapreduce/protocol';
import { Bell } from '../wait.ts';

/** Who serves segments, and where. */
export interface Holder {
  readonly incarnation: Incarnation;
  readonly address: string;
}

/** Where the output of a map is to be had. */
export interface MapOutput {
  readonly attempt: AttemptId;
  readonly holder: Holder;
  readonly storedRoot: DigestHex;
  readonly contentRoot: DigestHex;
}

/** The worker's copy of the coordinator's completion log, as far as heartbeats have brought it. */
export class CompletionLog {
  readonly #outputs = new Map<number, MapOutput>();
  /** A holder is one object, though 200,000 events may name it. */
  readonly #holders = new Map<string, Holder>();
  #next = 0;
  /** Rings when events have come. */
  readonly changed = new Bell();

  /** The number of the first event that is not here yet. */
  get next(): number {
    return this.#next;
  }

  /** Maps whose output is to be had now. */
  get available(): number {
    return this.#outputs.size;
  }

  outputOf(map: number): MapOutput | undefined {
    return this.#outputs.get(map);
  }

  /** Adds events that begin with number `from`; those that are here already change nothing. */
  apply(from: number, events: readonly LogEvent[]): void {
    const known = this.#next - from;
    if (known < 0) return;
    for (let i = known; i < events.length; i++) {
      const event = events[i];
      if (event !== undefined) this.#apply(event);
    }
    if (events.length <= known) return;
    this.#next = from + events.length;
    this.changed.ring();
  }

  #apply(event: LogEvent): void {
    const { map, attempt } = event;
    if (event.kind === 'lost') {
      if (this.#outputs.get(map)?.attempt === attempt) this.#outputs.delete(map);
      return;
    }
    const { storedRoot, contentRoot } = event;
    this.#outputs.set(map, { attempt, holder: this.#holder(event), storedRoot, contentRoot });
  }

  #holder({ holder, address }: Extract<LogEvent, { kind: 'mapped' }>): Holder {
    const key = `${holder} ${address}`;
    const known = this.#holders.get(key);
    if (known !== undefined) return known;
    const added = { incarnation: holder, address };
    this.#holders.set(key, added);
    return added;
  }
}
