import { FormatError, MapIndex } from '@mapreduce/engine';
import {
  maxDiffering,
  ServiceError,
  type AttemptId,
  type Comparison,
  type Difference,
  type Differing,
} from '@mapreduce/protocol';
import { DiskError, TransportError, type ByteStream } from '@mapreduce/service';
import { toHex } from '@mapreduce/storage';
import { CancelledError } from '../errors.ts';
import type { Worker } from '../worker.ts';

/** A holder that sends nothing for so long is taken for unreachable. */
const silenceMs = 10_000;

/**
 * Compares a held output with the first one of its map, leaf by leaf, and tells the coordinator where
 * they differ: everywhere, for all that is known, where the first is not to be had. Never rejects.
 */
export async function compareOutput(
  worker: Worker,
  attempt: AttemptId,
  first: Comparison,
  signal: AbortSignal,
): Promise<void> {
  const { link, ports } = worker;
  try {
    const differing = await differingFrom(worker, attempt, first, signal);
    await link.call('audit', () => ({ attempt, first: first.attempt, differing }), signal);
  } catch (error) {
    if (error instanceof CancelledError) return;
    ports.log.error('comparison not reported', { attempt, error: String(error) });
  }
}

async function differingFrom(
  worker: Worker,
  attempt: AttemptId,
  first: Comparison,
  signal: AbortSignal,
): Promise<Differing> {
  const { held, ports } = worker;
  try {
    const path = held.get(attempt)?.index;
    if (path === undefined) return 'all';
    const own = await ports.disk.read(path);
    const other = await firstIndex(worker, first, own.length, signal);
    const before = MapIndex.decode(other, ports.codec);
    before.checkTrees(ports.digest);
    if (toHex(before.contentRoot) !== first.contentRoot) {
      throw new FormatError('index: not the one of the first output');
    }
    return differences(before, MapIndex.decode(own, ports.codec));
  } catch (error) {
    if (signal.aborted) throw new CancelledError();
    if (!isExpected(error)) throw error;
    ports.log.info('no comparison', { attempt, first: first.attempt, error: error.message });
    return 'all';
  }
}

/** The bytes of the first output's index: indexes of one job are of one length. */
async function firstIndex(
  { held, ports }: Worker,
  { address, attempt }: Comparison,
  length: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const own = held.get(attempt);
  if (own !== undefined) return ports.disk.read(own.index);
  const request = { query: { attempt, of: 'index' } };
  const options = { timeoutMs: silenceMs, signal };
  return collect(await ports.transport.bulk(address, 'output', request, options), length);
}

async function collect(answer: ByteStream, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  for await (const chunk of answer.chunks) {
    if (filled + chunk.length > length) throw new FormatError('index: not of these partitions');
    bytes.set(chunk, filled);
    filled += chunk.length;
  }
  if (filled < length) throw new FormatError('index: not of these partitions');
  return bytes;
}

/** Where the contents of two outputs differ. */
function differences(first: MapIndex, other: MapIndex): Differing {
  const found: Difference[] = [];
  for (let partition = 0; partition < first.partitions; partition++) {
    const records: Difference['records'] = [first.records(partition), other.records(partition)];
    const isSame =
      records[0] === records[1] && contentOf(first, partition) === contentOf(other, partition);
    if (isSame) continue;
    if (found.length === maxDiffering) return 'all';
    found.push({ partition, records });
  }
  // Their roots differ; so this cannot be all that is to be said.
  return found.length === 0 ? 'all' : found;
}

function contentOf(index: MapIndex, partition: number): string {
  return toHex(index.claim(partition).contentDigest);
}

function isExpected(error: unknown): error is Error {
  return [DiskError, FormatError, ServiceError, TransportError].some(
    (kind) => error instanceof kind,
  );
}
