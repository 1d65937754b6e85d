import {
  mapTotalsSchema,
  type AttemptId,
  type DigestHex,
  type HeldOutput as Offer,
  type MapManifest,
} from '@mapreduce/protocol';
import { joinPath } from '@mapreduce/service';

/** The output of a map attempt on this worker's disk. */
export interface HeldOutput {
  readonly map: number;
  readonly attempt: AttemptId;
  readonly directory: string;
  readonly data: string;
  readonly index: string;
  readonly manifest: MapManifest;
  /** Identity of the split that was mapped. */
  readonly split: DigestHex;
}

/** All map outputs that this worker keeps, until the job ends. */
export class HeldOutputs {
  readonly #outputs = new Map<AttemptId, HeldOutput>();
  readonly #damaged = new Set<AttemptId>();

  add(
    map: number,
    attempt: AttemptId,
    directory: string,
    manifest: MapManifest,
    split: DigestHex,
  ): void {
    const data = joinPath(directory, 'data');
    const index = joinPath(directory, 'index');
    this.#outputs.set(attempt, { map, attempt, directory, data, index, manifest, split });
  }

  get(attempt: AttemptId): HeldOutput | undefined {
    return this.#outputs.get(attempt);
  }

  remove(attempt: AttemptId): void {
    this.#outputs.delete(attempt);
  }

  /** It is served on, since other partitions of it may be whole, but offered to no coordinator. */
  doubt(attempt: AttemptId): void {
    this.#damaged.add(attempt);
  }

  /** What to offer at a registration. */
  offer(): Offer[] {
    return [...this.#outputs.values()]
      .filter(({ attempt }) => !this.#damaged.has(attempt))
      .map(({ map, attempt, split, manifest }) => {
        const { storedRoot, contentRoot } = manifest;
        const totals = mapTotalsSchema.strip().parse(manifest);
        return { map, attempt, split, storedRoot, contentRoot, totals };
      });
  }
}
