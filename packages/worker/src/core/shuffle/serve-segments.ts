import { encodeSegmentHeader, encodeStreamHeader, segmentStreamLength } from '@mapreduce/engine';
import {
  parseMessage,
  segmentsRequestSchema,
  ServiceError,
  type SegmentsRequest,
} from '@mapreduce/protocol';
import type { BulkRequest, ByteStream } from '@mapreduce/service';
import { readChunk } from '../read-range.ts';
import type { SegmentStore, StoredOutput } from './segment-store.ts';

/**
 * Answers a `segments` request: all segments asked for, in one stream of known length. Throws
 * `SEGMENT_GONE`, whose details name all `maps` that are not here, before the first byte is sent.
 */
export async function serveSegments(
  store: SegmentStore,
  request: BulkRequest,
): Promise<ByteStream> {
  const wanted = parseMessage(segmentsRequestSchema, request.json);
  const { partition, maps } = wanted;
  const outputs = await openAll(store, wanted);
  const partitions = outputs[0]?.index.partitions ?? 0;
  if (partition >= partitions) {
    throw new ServiceError('BAD_REQUEST', `partition ${partition} of ${partitions}`);
  }
  const lengths = outputs.map(({ index }) => index.length(partition));
  const header = encodeStreamHeader({ partition, partitions, segments: maps.length });
  return {
    length: segmentStreamLength(partition, partitions, lengths),
    chunks: inChunks(pieces(header, wanted, outputs)),
  };
}

async function openAll(store: SegmentStore, { maps }: SegmentsRequest): Promise<StoredOutput[]> {
  const outputs: StoredOutput[] = [];
  const gone: number[] = [];
  let message = '';
  for (const { map, attempt } of maps) {
    try {
      outputs.push(await store.open(attempt));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (gone.push(map) === 1) message = error.message;
    }
  }
  if (gone.length === 0) return outputs;
  throw new ServiceError('SEGMENT_GONE', message, { maps: gone });
}

type Pieces = AsyncGenerator<Uint8Array, void, undefined>;

async function* pieces(
  header: Uint8Array,
  { partition, maps }: SegmentsRequest,
  outputs: readonly StoredOutput[],
): Pieces {
  yield header;
  // One for the whole answer: memory that is new for each chunk has to be cleared, and collected.
  let buffer: Uint8Array | undefined;
  for (const [place, output] of outputs.entries()) {
    const name = maps[place];
    if (name === undefined) return;
    yield encodeSegmentHeader(name, output.index.claim(partition));
    const bytes = output.inMemory(partition);
    if (bytes !== undefined) yield bytes;
    else yield* output.read(partition, (buffer ??= new Uint8Array(readChunk)));
  }
}

/** Joins small pieces into large ones; large ones pass as they are. */
async function* inChunks(source: Pieces): Pieces {
  const buffer = new Uint8Array(readChunk);
  let filled = 0;
  for await (const piece of source) {
    const isLarge = piece.length >= readChunk / 2;
    if (filled > 0 && (isLarge || filled + piece.length > buffer.length)) {
      yield buffer.subarray(0, filled);
      filled = 0;
    }
    if (isLarge) yield piece;
    else {
      buffer.set(piece, filled);
      filled += piece.length;
    }
  }
  if (filled > 0) yield buffer.subarray(0, filled);
}
