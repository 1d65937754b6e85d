import {
  mapTotalsSchema,
  parseAttemptId,
  type AttemptId,
  type DigestHex,
  type HeldOutput,
  type MapManifest,
} from '@mapreduce/protocol';
import { joinPath } from '@mapreduce/service';

/** The output of a map attempt on this worker's disk. */
export interface OutputOnDisk {
  /** What coordinators are told of it. */
  readonly offer: HeldOutput;
  readonly directory: string;
  readonly data: string;
  readonly index: string;
}

/** Made once: a schema costs more than what it parses. */
const totalsOfManifest = mapTotalsSchema.strip();

/** What coordinators are told of a map attempt's output; `split` is the identity of what it mapped. */
export function heldOutput(
  attempt: AttemptId,
  split: DigestHex,
  manifest: MapManifest,
): HeldOutput {
  const { storedRoot, contentRoot } = manifest;
  const totals = totalsOfManifest.parse(manifest);
  return { map: parseAttemptId(attempt).index, attempt, split, storedRoot, contentRoot, totals };
}

/** Where a map attempt's executor leaves its output. */
export function outputIn(directory: string, offer: HeldOutput): OutputOnDisk {
  const [data, index] = [joinPath(directory, 'data'), joinPath(directory, 'index')];
  return { offer, directory, data, index };
}

/** All map outputs that this worker keeps, until the job ends. */
export class HeldOutputs {
  readonly #outputs = new Map<AttemptId, OutputOnDisk>();
  readonly #damaged = new Set<AttemptId>();

  add(output: OutputOnDisk): void {
    this.#outputs.set(output.offer.attempt, output);
  }

  get(attempt: AttemptId): OutputOnDisk | undefined {
    return this.#outputs.get(attempt);
  }

  has(attempt: AttemptId): boolean {
    return this.#outputs.has(attempt);
  }

  remove(attempt: AttemptId): void {
    this.#outputs.delete(attempt);
  }

  /** It is served on, since other partitions of it may be whole, but offered to no coordinator. */
  doubt(attempt: AttemptId): void {
    this.#damaged.add(attempt);
  }

  /** What to offer at a registration. */
  offers(): HeldOutput[] {
    return Array.from(this.#outputs.values(), ({ offer }) => offer).filter(
      ({ attempt }) => !this.#damaged.has(attempt),
    );
  }
}
