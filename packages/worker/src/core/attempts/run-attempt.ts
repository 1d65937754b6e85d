import type { Result } from '@mapreduce/protocol';
import { attemptError, AttemptFailedError, CancelledError } from '../errors.ts';
import type { RunCommand } from '../executor-slot.ts';
import type { Worker } from '../worker.ts';
import type { Attempt } from './attempt.ts';
import { runMap } from './map.ts';
import { runReduce } from './reduce.ts';

/** What an attempt is run with. */
export interface AttemptRun {
  readonly worker: Worker;
  readonly attempt: Attempt;
  /** Runs it in its executor and gives the slot back; once only. */
  readonly execute: (
    how: Omit<RunCommand, 'kind' | 'attempt' | 'task' | 'plan'>,
  ) => Promise<Result>;
}

/**
 * Runs a leased attempt until a coordinator has acknowledged its end, or it is cancelled. Never
 * rejects.
 */
export async function runAttempt(worker: Worker, attempt: Attempt): Promise<void> {
  const { link, pool, ports } = worker;
  const taken = pool.take();
  try {
    if (taken === undefined) {
      throw new AttemptFailedError({ kind: 'released', message: 'no slot is free any more' });
    }
    const { id, task, plan, signal } = attempt;
    const run: AttemptRun = {
      worker,
      attempt,
      execute: async (how) => {
        try {
          return await taken.slot.run(
            { kind: 'run', attempt: id, task, ...(plan && { plan }), ...how },
            {
              timeoutMs: link.registration.settings.taskTimeoutMs,
              signal,
              onProgress: (progress) => attempt.progressed(progress),
            },
          );
        } finally {
          taken.release();
        }
      },
    };
    await runTask(run);
  } catch (error) {
    await report(worker, attempt, error);
  } finally {
    taken?.release();
  }
  ports.log.debug('attempt over', { attempt: attempt.id, cancelled: attempt.signal.aborted });
}

function runTask(run: AttemptRun): Promise<void> {
  switch (run.attempt.task.kind) {
    case 'describe':
    case 'sample':
      return runSmall(run);
    case 'map':
      return runMap(run, run.attempt.task);
    case 'reduce':
      return runReduce(run, run.attempt.task);
  }
}

/** Describe and sample: their whole result travels in the completion. */
async function runSmall({ worker, attempt, execute }: AttemptRun): Promise<void> {
  const { disk } = worker.ports;
  await disk.makeDirectory(attempt.directory);
  try {
    const result = await execute({ directory: attempt.directory });
    await worker.link.call('complete', () => ({ attempt: attempt.id, result }), attempt.signal);
  } finally {
    await disk.remove(attempt.directory);
  }
}

async function report({ link, ports }: Worker, attempt: Attempt, error: unknown): Promise<void> {
  if (attempt.signal.aborted || error instanceof CancelledError) return;
  const { sink } = link.registration;
  const failure = attemptError(error, sink.kind === 'file' ? sink.directory : undefined);
  const { kind, message } = failure;
  ports.log.info('attempt failed', { attempt: attempt.id, kind, error: message });
  try {
    await link.call('fail', () => ({ attempt: attempt.id, error: failure }), attempt.signal);
  } catch (refusal) {
    if (refusal instanceof CancelledError) return;
    ports.log.error('failure not reported', { attempt: attempt.id, error: String(refusal) });
  }
}
