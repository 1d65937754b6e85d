import type { AttemptId, DigestHex, Incarnation, LogEvent, MapTotals } from '@mapreduce/protocol';
import type { Success } from '@mapreduce/storage';
import { SkippedRecords } from './skipped-records.ts';

export type MapOutput = Extract<LogEvent, { kind: 'mapped' }>;

/**
 * The maps' outputs: O(1) bytes a map, and what was skipped. A map counts once in the totals, however
 * often it ran.
 */
export class MapTable {
  /** By map: its last output, kept though it be lost: its content root stays true. */
  #outputs: (MapOutput | undefined)[] = [];
  #recordsOut = new Float64Array(0);
  #bytesOut = new Float64Array(0);
  readonly totals = { recordsIn: 0, bytesIn: 0, recordsOut: 0, bytesOut: 0 };
  readonly skipped = new SkippedRecords();

  plan(maps: number): void {
    this.#outputs = Array.from({ length: maps }, () => undefined);
    this.#recordsOut = new Float64Array(maps);
    this.#bytesOut = new Float64Array(maps);
  }

  /** The map's output is now this one. Returns whether it is the map's first. */
  set(output: MapOutput, totals: MapTotals): boolean {
    const { map } = output;
    const first = this.#outputs[map] === undefined;
    this.#outputs[map] = output;
    this.#bytesOut[map] = totals.bytesOut;
    this.#recordsOut[map] = totals.recordsOut;
    this.skipped.set(map, totals.skipped);
    if (first) this.#count(totals);
    return first;
  }

  /** The output that the map has is at another holder. */
  move(output: MapOutput): void {
    this.#outputs[output.map] = output;
  }

  output(map: number): MapOutput | undefined {
    return this.#outputs[map];
  }

  /** Stored bytes of the map's last output, its index aside. */
  bytesOut(map: number): number {
    return this.#bytesOut[map] ?? 0;
  }

  isCurrent(map: number, attempt: AttemptId, holder: Incarnation): boolean {
    const output = this.#outputs[map];
    return output?.attempt === attempt && output.holder === holder;
  }

  /** By map; undefined until each has completed. */
  contentRoots(): DigestHex[] | undefined {
    const roots: DigestHex[] = [];
    for (const output of this.#outputs) if (output !== undefined) roots.push(output.contentRoot);
    return roots.length === this.#outputs.length ? roots : undefined;
  }

  /** What `_SUCCESS` says of the maps. Throws unless each has completed. */
  summary(): Success['maps'] {
    return this.#outputs.map((output, map) => {
      if (output === undefined) throw new Error(`map ${map} has not completed`);
      const { attempt, contentRoot } = output;
      const recordsOut = this.#recordsOut[map] ?? 0;
      return { attempt, contentRoot, recordsOut, skipped: this.skipped.count(map) };
    });
  }

  #count({ recordsIn, bytesIn, recordsOut, bytesOut }: MapTotals): void {
    const { totals } = this;
    totals.recordsIn += recordsIn;
    totals.bytesIn += bytesIn;
    totals.recordsOut += recordsOut;
    totals.bytesOut += bytesOut;
  }
}
