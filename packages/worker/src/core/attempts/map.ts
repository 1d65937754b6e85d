import type { Task } from '@mapreduce/protocol';
import { splitDigest } from '@mapreduce/storage';
import { AttemptFailedError } from '../errors.ts';
import type { AttemptRun } from './run-attempt.ts';

/** Runs a map and keeps what it made, until the job ends, unless another attempt counts. */
export async function runMap(
  { session, attempt, execute }: AttemptRun,
  task: Extract<Task, { kind: 'map' }>,
): Promise<void> {
  const { ports, held, store } = session.worker;
  const { directory } = attempt;
  let isKept = false;
  try {
    await ports.disk.makeDirectory(directory);
    const result = await execute({ directory });
    if (result.kind !== 'map') {
      throw new AttemptFailedError({ kind: 'exit', message: `a map gave a ${result.kind}` });
    }
    // Served from now on: reducers may come as soon as the coordinator knows.
    const split = splitDigest(ports.digest, task.split);
    held.add(task.split.index, attempt.id, directory, result, split);
    const report = () => ({ attempt: attempt.id, result });
    const { accepted } = await session.call('complete', report, attempt.signal);
    isKept = accepted;
  } catch (error) {
    // Whether the coordinator took it is not known; the next session offers it again.
    isKept = session.signal.aborted && held.get(attempt.id) !== undefined;
    throw error;
  } finally {
    if (!isKept) {
      held.remove(attempt.id);
      store.forget(attempt.id);
      await ports.disk.remove(directory);
    }
  }
}
