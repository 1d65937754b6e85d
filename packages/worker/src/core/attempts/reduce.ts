import type { ReduceManifest, Task } from '@mapreduce/protocol';
import { allEnded, joinPath } from '@mapreduce/service';
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
  const { disk, digest, log } = worker.ports;
  const directory = joinPath(attempt.directory, 'work');
  const sink = partSink(worker, attempt, partition);
  try {
    await allEnded([disk.makeDirectory(directory), sink.prepare()]);
    await knownLog(worker, worker.link.log, events ?? 0, attempt.signal);
    const plane = worker.ports.dataPlane ?? realDataPlane;
    const shuffled = await plane.shuffle({ worker, attempt, partition, maps, directory });
    const result = await execute({
      directory,
      outputDirectory: sink.directory,
      segments: shuffled.segments,
      consumed: consumedDigest(digest, shuffled.contentRoots),
    });
    // What was fetched takes no more room while the commit waits. Where it stays, the part counts all the same.
    const removal = disk.remove(directory).catch((error: unknown) => {
      log.warn('what was fetched stays', { attempt: attempt.id, error: String(error) });
    });
    try {
      await sink.settle(await sink.commit(expectReduce(result)));
    } finally {
      await removal;
    }
  } catch (error) {
    await sink.settle(false);
    await disk.remove(directory);
    throw error;
  }
}

function expectReduce(result: { readonly kind: string }): ReduceManifest {
  if (result.kind === 'reduce') return result as ReduceManifest;
  throw new AttemptFailedError({ kind: 'exit', message: `a reduce gave a ${result.kind}` });
}
