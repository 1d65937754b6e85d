import { verifyClaim } from '@mapreduce/engine';
import { ServiceError } from '@mapreduce/protocol';
import { DiskError } from '@mapreduce/service';
import { fromHex, toHex } from '@mapreduce/storage';
import { readChunk } from '../read-range.ts';
import { throwIfAborted } from '../wait.ts';
import type { FetchSink, HolderGroup, WantedOutput } from './fetcher.ts';
import type { SpoolFile } from './spool-file.ts';

/** So many files a reduce opens sooner than one is made for it. */
const fewFiles = 4;

/**
 * Checks the segments that this very worker holds, like any others, and uses them in place. Of many, those
 * that lie in memory are written to `spool`, or a reduce would have to open a file for each.
 */
export async function readLocally(
  { wanted }: HolderGroup,
  spool: SpoolFile,
  sink: FetchSink,
): Promise<void> {
  const { held } = sink.order.worker;
  // One for all: memory that is new for each chunk has to be cleared, and collected.
  const buffer = new Uint8Array(readChunk);
  const joined = wanted.length > fewFiles ? spool : undefined;
  for (const one of wanted) {
    throwIfAborted(sink.signal);
    try {
      await readOne(one, joined, sink, buffer);
    } catch (error) {
      if (!(error instanceof ServiceError) && !(error instanceof DiskError)) throw error;
      held.doubt(one.output.attempt);
      const reason = error instanceof ServiceError ? 'gone' : 'corrupt';
      await sink.failures.add(one.map, one.output, reason, error.message);
    }
  }
}

/** Throws `ServiceError` where the output is not here, `DiskError` (EIO) where it is damaged. */
async function readOne(
  wanted: WantedOutput,
  spool: SpoolFile | undefined,
  sink: FetchSink,
  buffer: Uint8Array,
): Promise<void> {
  const { map, output } = wanted;
  const { partition, worker, attempt } = sink.order;
  const { store, ports } = worker;
  const stored = await store.open(output.attempt);
  const claim = stored.index.claim(partition);
  const damaged = (what: string) =>
    new DiskError('EIO', stored.path, `${what} of map ${map} (${output.attempt}) is damaged`);
  if (!verifyClaim(claim, fromHex(output.storedRoot), ports.digest)) throw damaged('the index');
  const hash = ports.digest.start();
  const isSound = () => toHex(hash.digest()) === toHex(claim.storedDigest);
  const { length, records } = claim;
  // What is used in place is checked there: its copy in memory may be sound when it no longer is.
  const bytes = spool && stored.inMemory(partition);
  if (spool === undefined || bytes === undefined) {
    for await (const chunk of stored.read(partition, buffer)) hash.update(chunk);
    if (!isSound()) throw damaged('the segment');
    const offset = stored.index.offset(partition);
    sink.bind(wanted, { map, path: stored.path, offset, length, records });
  } else {
    hash.update(bytes);
    if (!isSound()) throw damaged('the segment');
    sink.bind(wanted, { map, path: spool.path, offset: spool.position, length, records });
    await spool.append(bytes);
  }
  attempt.fetched(length);
}
