import type { CompletionResponse, HeldOutput, MapManifest, Task } from '@mapreduce/protocol';
import { splitDigest } from '@mapreduce/storage';
import { AttemptFailedError, CancelledError } from '../errors.ts';
import { compareOutput } from '../held/compare-output.ts';
import { heldOutput, outputIn } from '../held/held-outputs.ts';
import { writeManifest } from '../held/manifest-file.ts';
import type { Worker } from '../worker.ts';
import type { Attempt } from './attempt.ts';
import type { AttemptRun } from './run-attempt.ts';

/** Runs a map and keeps what it made, until the job ends, unless another attempt counts. */
export async function runMap(
  { worker, attempt, execute }: AttemptRun,
  task: Extract<Task, { kind: 'map' }>,
): Promise<void> {
  const { ports, held, store } = worker;
  const { directory } = attempt;
  let isKept = false;
  try {
    await ports.disk.makeDirectory(directory);
    const result = await execute({ directory });
    if (result.kind !== 'map') {
      throw new AttemptFailedError({ kind: 'exit', message: `a map gave a ${result.kind}` });
    }
    attempt.made();
    const split = splitDigest(ports.digest, task.split, attempt.plan);
    await keep(worker, directory, heldOutput(attempt.id, split, result));
    const { accepted, compare } = await report(worker, attempt, result);
    isKept = accepted;
    if (compare !== undefined) await compareOutput(worker, attempt.id, compare, attempt.signal);
  } catch (error) {
    // Where the worker ends before any coordinator has taken it, its next life offers it.
    isKept = error instanceof CancelledError && !attempt.signal.aborted && held.has(attempt.id);
    throw error;
  } finally {
    if (!isKept) {
      held.remove(attempt.id);
      store.forget(attempt.id);
      await ports.disk.remove(directory);
    }
  }
}

/** Serves it from now on: reducers may come as soon as the coordinator knows. */
async function keep(
  { link, held, options, ports }: Worker,
  directory: string,
  output: HeldOutput,
): Promise<void> {
  const { jobDigest, settings } = link.registration;
  await writeManifest(ports, directory, { jobDigest, output }, settings.fsync);
  if (settings.fsync) await ports.disk.fsyncDirectory(options.directory);
  held.add(outputIn(directory, output));
}

/** Returns whether the output counts, as far as the coordinator knows, and what to compare it with. */
async function report(
  { link }: Worker,
  { id, signal }: Attempt,
  result: MapManifest,
): Promise<CompletionResponse> {
  for (;;) {
    const session = await link.session(signal);
    // To be offered at a registration is to be reported.
    if (session.offered.has(id)) return { accepted: true };
    const answer = await session.tryCall('complete', () => ({ attempt: id, result }), signal);
    if (answer !== undefined) return answer;
  }
}
