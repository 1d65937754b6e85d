import { FormatError, MapIndex } from '@mapreduce/engine';
import { ServiceError, type AttemptId } from '@mapreduce/protocol';
import { DiskError, type Codec, type Disk } from '@mapreduce/service';
import type { HeldOutputs, OutputOnDisk } from '../held/held-outputs.ts';
import { readRange } from '../read-range.ts';

/** What indexes and small data files may take of memory. */
const cacheBytes = 128 * 2 ** 20;
/** Data files up to this size are read once and kept, so that tiny segments cost no disk access. */
const smallBytes = 2 ** 20;

interface Cached {
  readonly index: MapIndex;
  /** All of a small data file. */
  readonly data: Uint8Array | undefined;
}

/**
 * Reads the segments of held map outputs, for other workers and for this one. Reducers ask for every
 * map in turn, so the cache keeps what came first and fits, and never evicts: a cache that evicted
 * the oldest would always have just dropped what is asked for next.
 */
export class SegmentStore {
  readonly #disk: Disk;
  readonly #codec: Codec;
  readonly #held: HeldOutputs;
  readonly #cache = new Map<AttemptId, Cached>();
  #cachedBytes = 0;

  constructor(ports: { readonly disk: Disk; readonly codec: Codec }, held: HeldOutputs) {
    this.#disk = ports.disk;
    this.#codec = ports.codec;
    this.#held = held;
  }

  /** Throws `SEGMENT_GONE` where the output is not here, or not whole any more. */
  async open(attempt: AttemptId): Promise<StoredOutput> {
    const held = this.#held.get(attempt);
    if (held === undefined) throw new ServiceError('SEGMENT_GONE', `${attempt} is not held here`);
    const cached = this.#cache.get(attempt) ?? (await this.#load(held));
    return new StoredOutput(this.#disk, held, cached.index, cached.data);
  }

  forget(attempt: AttemptId): void {
    const cached = this.#cache.get(attempt);
    if (cached === undefined) return;
    this.#cache.delete(attempt);
    this.#cachedBytes -= sizeOf(cached);
  }

  async #load(held: OutputOnDisk): Promise<Cached> {
    try {
      const index = MapIndex.decode(await this.#disk.read(held.index), this.#codec);
      const isSmall = index.dataLength <= smallBytes;
      const data = isSmall ? await this.#disk.read(held.data) : undefined;
      const size = data?.length ?? (await this.#disk.status(held.data)).size;
      if (size !== index.dataLength) throw new FormatError('the data file is cut off');
      const cached = { index, data };
      const bytes = sizeOf(cached);
      if (this.#cachedBytes + bytes <= cacheBytes && !this.#cache.has(held.offer.attempt)) {
        this.#cache.set(held.offer.attempt, cached);
        this.#cachedBytes += bytes;
      }
      return cached;
    } catch (error) {
      if (!(error instanceof DiskError) && !(error instanceof FormatError)) throw error;
      throw new ServiceError('SEGMENT_GONE', `${held.offer.attempt}: ${error.message}`);
    }
  }
}

function sizeOf({ index, data }: Cached): number {
  return index.encode().length + 8 * index.partitions + (data?.length ?? 0);
}

/** One held map output, ready to be read. */
export class StoredOutput {
  readonly index: MapIndex;
  /** The data file. */
  readonly path: string;
  readonly #disk: Disk;
  readonly #data: Uint8Array | undefined;

  constructor(disk: Disk, held: OutputOnDisk, index: MapIndex, data: Uint8Array | undefined) {
    this.#disk = disk;
    this.index = index;
    this.path = held.data;
    this.#data = data;
  }

  /** The stored bytes of a partition's segment where they are in memory already. */
  inMemory(partition: number): Uint8Array | undefined {
    const start = this.index.offset(partition);
    return this.#data?.subarray(start, start + this.index.length(partition));
  }

  /** The stored bytes of a partition's segment; `buffer` as `readRange` takes it. */
  read(partition: number, buffer?: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
    const start = this.index.offset(partition);
    return readRange(this.#disk, this.path, start, start + this.index.length(partition), buffer);
  }
}
