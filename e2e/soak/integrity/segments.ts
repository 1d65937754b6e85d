import {
  encodeSegmentHeader,
  encodeStreamHeader,
  FormatError,
  MapIndex,
  SegmentStreamParser,
} from '@mapreduce/engine';
import { nodeCodec, nodeDigest } from '@mapreduce/service/node';
import type { MapFiles } from './artefacts.ts';

/** What reducers know of a map attempt: its stored root, from the completion log. */
export interface Reported {
  readonly attempt: string;
  readonly map: number;
  readonly partitions: number;
  readonly storedRoot: Uint8Array;
  /** The segments as they were written, to compare what is accepted with. */
  readonly segments: readonly Uint8Array[];
}

export function reported({ attempt, data, index: bytes }: MapFiles): Reported {
  const index = MapIndex.decode(bytes, nodeCodec);
  const segments = Array.from({ length: index.partitions }, (_, partition) =>
    data.subarray(index.offset(partition), index.offset(partition) + index.length(partition)),
  );
  const map = Number(/-map-(\d+)-/.exec(attempt)?.[1]);
  const { partitions, storedRoot } = index;
  return { attempt, map, partitions, storedRoot, segments };
}

/**
 * Serves every partition of a map output as a holder does, and takes it in as a reducer does, by
 * the engine's stream parser. Refused: one partition or more is. Wrong: bytes came through that were
 * never written. Accepted: all of them did, as they were written.
 */
export function takeIn(
  { data, index: indexBytes }: Pick<MapFiles, 'data' | 'index'>,
  wanted: Reported,
): 'refused' | 'accepted' | 'wrong' {
  let index: MapIndex;
  try {
    index = MapIndex.decode(indexBytes, nodeCodec);
  } catch (error) {
    if (error instanceof FormatError) return 'refused';
    throw error;
  }
  // A holder says so before it sends anything.
  if (index.dataLength !== data.length) return 'refused';
  let refused = false;
  for (const [partition, original] of wanted.segments.entries()) {
    const taken = takePartition(data, index, partition, wanted);
    if (taken === undefined) refused = true;
    else if (Buffer.compare(taken, original) !== 0) return 'wrong';
  }
  return refused ? 'refused' : 'accepted';
}

/** The partition's bytes, if the parser lets them through. */
function takePartition(
  data: Uint8Array,
  index: MapIndex,
  partition: number,
  { attempt, map, partitions, storedRoot }: Reported,
): Uint8Array | undefined {
  if (partition >= index.partitions) return undefined;
  const name = { map, attempt };
  const segments = [{ ...name, storedRoot }];
  const parser = new SegmentStreamParser({ partition, partitions, segments }, nodeDigest);
  const start = index.offset(partition);
  const stream = [
    encodeStreamHeader({ partition, partitions: index.partitions, segments: 1 }),
    encodeSegmentHeader(name, index.claim(partition)),
    data.subarray(start, start + index.length(partition)),
  ];
  const taken: Uint8Array[] = [];
  try {
    for (const chunk of stream) {
      for (const event of parser.push(chunk)) {
        if (event.kind === 'data') taken.push(event.bytes.slice());
      }
    }
    parser.finish();
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
  return Buffer.concat(taken);
}
