import type { ReduceManifest, Task } from '@mapreduce/protocol';
import { joinPath } from '@mapreduce/service';
import { consumedDigest } from '@mapreduce/storage';
import { partSink } from '../commit/part-sink.ts';
import { realDataPlane } from '../data-plane.ts';
import { AttemptFailedError } from '../errors.ts';
import { knownLog } from '../shuffle/known-log.ts';
import type { AttemptRun } from './run-attempt.ts';

/** Shuffles, reduces and commits one partition. */
export async function runReduce(
  { worker, attempt, execute }: AttemptRun,
  { partition, maps, log: events }: Extract<Task, { kind: 'reduce' }>,
): Promise<void> {
  const { disk, digest } = worker.ports;
  const { log } = worker.link;
  const work = joinPath(attempt.directory, 'work');
  const fetched = joinPath(attempt.directory, 'fetched');
  const sink = partSink(worker, attempt, partition);
  try {
    await disk.makeDirectory(work);
    await disk.makeDirectory(fetched);
    await sink.prepare();
    await knownLog(worker, log, events ?? 0, attempt.signal);
    const plane = worker.ports.dataPlane ?? realDataPlane;
    const shuffled = await plane.shuffle({ worker, attempt, partition, maps, directory: fetched });
    const result = await execute({
      directory: work,
      outputDirectory: sink.directory,
      segments: shuffled.segments,
      consumed: consumedDigest(digest, shuffled.contentRoots),
    });
    await disk.remove(fetched);
    await sink.settle(await sink.commit(expectReduce(result)));
  } catch (error) {
    await sink.settle(false);
    throw error;
  } finally {
    await disk.remove(work);
    await disk.remove(fetched);
  }
}

function expectReduce(result: { readonly kind: string }): ReduceManifest {
  if (result.kind === 'reduce') return result as ReduceManifest;
  throw new AttemptFailedError({ kind: 'exit', message: `a reduce gave a ${result.kind}` });
}
