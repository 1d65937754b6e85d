import type { AttemptId, Incarnation, LogEvent, MapManifest } from '@mapreduce/protocol';
import type { Success } from '@mapreduce/storage';

export type MapOutput = Extract<LogEvent, { kind: 'mapped' }>;

/**
 * The maps' outputs. Keeps O(1) bytes a map; sizes by partition are added up and dropped. A map
 * counts once in the totals, however often it ran.
 */
export class MapTable {
  /** By map: its last output, kept though it be lost: its content root stays true. */
  #outputs: (MapOutput | undefined)[] = [];
  #recordsOut = new Float64Array(0);
  /** By partition: what its reducer will be given. */
  readonly partitionRecords: Float64Array;
  readonly partitionBytes: Float64Array;
  readonly totals = { recordsIn: 0, bytesIn: 0, recordsOut: 0, bytesOut: 0 };

  constructor(reducers: number) {
    this.partitionRecords = new Float64Array(reducers);
    this.partitionBytes = new Float64Array(reducers);
  }

  plan(maps: number): void {
    this.#outputs = Array.from({ length: maps }, () => undefined);
    this.#recordsOut = new Float64Array(maps);
  }

  /** The map's output is now this one. Returns whether it is the map's first. */
  set(output: MapOutput, manifest: MapManifest): boolean {
    const { map } = output;
    const first = this.#outputs[map] === undefined;
    this.#outputs[map] = output;
    this.#recordsOut[map] = manifest.recordsOut;
    if (first) this.#count(manifest);
    return first;
  }

  output(map: number): MapOutput | undefined {
    return this.#outputs[map];
  }

  isCurrent(map: number, attempt: AttemptId, holder: Incarnation): boolean {
    const output = this.#outputs[map];
    return output?.attempt === attempt && output.holder === holder;
  }

  /** What `_SUCCESS` says of the maps. Throws unless each has completed. */
  summary(): Success['maps'] {
    return this.#outputs.map((output, map) => {
      if (output === undefined) throw new Error(`map ${map} has not completed`);
      const { attempt, contentRoot } = output;
      return { attempt, contentRoot, recordsOut: this.#recordsOut[map] ?? 0 };
    });
  }

  #count(manifest: MapManifest): void {
    const { totals, partitionRecords, partitionBytes } = this;
    totals.recordsIn += manifest.recordsIn;
    totals.bytesIn += manifest.bytesIn;
    totals.recordsOut += manifest.recordsOut;
    totals.bytesOut += manifest.bytesOut;
    for (let i = 0; i < partitionRecords.length; i++) {
      partitionRecords[i] = (partitionRecords[i] ?? 0) + (manifest.partitionRecords[i] ?? 0);
      partitionBytes[i] = (partitionBytes[i] ?? 0) + (manifest.partitionBytes[i] ?? 0);
    }
  }
}
