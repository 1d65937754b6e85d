import { FormatError, SegmentStreamParser, StreamError } from '@mapreduce/engine';
import { ServiceError, type FetchFailureRequest } from '@mapreduce/protocol';
import { TransportError } from '@mapreduce/service';
import { fromHex } from '@mapreduce/storage';
import { CancelledError } from '../errors.ts';
import type { FetchSink, HolderGroup, WantedOutput } from './fetcher.ts';
import type { SpoolFile } from './spool-file.ts';

/** A holder that sends nothing for so long is taken for unreachable: it may be stopped, or busy. */
const silenceMs = 10_000;
/** One that no connection can be made to; lost packets are sent again after 1 and after 3 s. */
const connectTimeoutMs = 3_500;

/**
 * Fetches all of a group by one request, and checks each segment as it streams to `spool`. What was
 * verified before a failure is kept; the failure is told to the sink.
 */
export async function fetchFromHolder(
  group: HolderGroup,
  spool: SpoolFile,
  sink: FetchSink,
): Promise<void> {
  const { order, signal } = sink;
  const { transport, digest } = order.worker.ports;
  const { wanted, holder } = group;
  const parser = new SegmentStreamParser(
    {
      partition: order.partition,
      partitions: order.worker.link.registration.settings.reducers,
      segments: wanted.map(({ map, output }) => ({
        map,
        attempt: output.attempt,
        storedRoot: fromHex(output.storedRoot),
      })),
    },
    digest,
  );
  const maps = wanted.map(({ map, output }) => ({ map, attempt: output.attempt }));
  let verified = 0;
  try {
    const answer = await transport.bulk(
      holder.address,
      'segments',
      { json: { partition: order.partition, maps } },
      { timeoutMs: silenceMs, connectTimeoutMs, signal },
    );
    let start = spool.position;
    for await (const chunk of answer.chunks) {
      for (const event of parser.push(chunk)) {
        if (event.kind === 'begin') start = spool.position;
        else if (event.kind === 'data') await spool.append(event.bytes);
        else {
          const { length, records } = event.claim;
          const one = wanted[event.segment] as WantedOutput;
          sink.bind(one, { map: one.map, path: spool.path, offset: start, length, records });
          verified = event.segment + 1;
        }
      }
      order.attempt.fetched(chunk.length);
    }
    parser.finish();
  } catch (error) {
    if (signal.aborted) throw new CancelledError();
    const { reason, message, blamed } = judge(error, wanted, verified);
    for (const { map, output } of blamed) await sink.failures.add(map, output, reason, message);
  }
}

interface Judgement {
  readonly reason: FetchFailureRequest['reason'];
  readonly message: string;
  readonly blamed: readonly WantedOutput[];
}

/** Whom a failed request blames. Throws on what is not the holder's fault. */
function judge(error: unknown, wanted: readonly WantedOutput[], verified: number): Judgement {
  if (error instanceof StreamError) {
    return {
      reason: 'corrupt',
      message: error.message,
      blamed: wanted.slice(error.segment).slice(0, 1),
    };
  }
  if (error instanceof FormatError) {
    return { reason: 'corrupt', message: error.message, blamed: wanted };
  }
  if (error instanceof ServiceError && error.code === 'SEGMENT_GONE') {
    const gone = error.details?.['maps'];
    const named = wanted.filter(({ map }) => Array.isArray(gone) && gone.includes(map));
    return { reason: 'gone', message: error.message, blamed: named.length > 0 ? named : wanted };
  }
  if (error instanceof ServiceError || error instanceof TransportError) {
    // A connection that broke half way says nothing of the segments that were still to come.
    const blamed = verified === 0 ? wanted : wanted.slice(verified, verified + 1);
    return { reason: 'unreachable', message: error.message, blamed };
  }
  throw error;
}
