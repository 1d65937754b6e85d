import type { Lease, Result } from '@mapreduce/protocol';
import { attemptError, AttemptFailedError } from '../errors.ts';
import type { RunCommand } from '../executor-slot.ts';
import type { Session } from '../session.ts';
import { Attempt } from './attempt.ts';
import { runMap } from './map.ts';
import { runReduce } from './reduce.ts';

/** What an attempt is run with. */
export interface AttemptRun {
  readonly session: Session;
  readonly attempt: Attempt;
  /** Runs it in its executor and gives the slot back; once only. */
  readonly execute: (
    how: Omit<RunCommand, 'kind' | 'attempt' | 'task' | 'plan'>,
  ) => Promise<Result>;
}

/**
 * Runs a leased attempt until the coordinator has acknowledged its end, it is cancelled, or the
 * session ends. Never rejects.
 */
export async function runAttempt(session: Session, lease: Lease): Promise<void> {
  const { pool, options, ports } = session.worker;
  const attempt = new Attempt(lease, options.directory);
  session.attempts.set(attempt.id, attempt);
  const taken = pool.take();
  try {
    if (taken === undefined) {
      throw new AttemptFailedError({ kind: 'released', message: 'no slot is free any more' });
    }
    const run: AttemptRun = {
      session,
      attempt,
      execute: async (how) => {
        try {
          return await taken.slot.run(
            {
              kind: 'run',
              attempt: attempt.id,
              task: attempt.task,
              ...(session.plan && { plan: session.plan }),
              ...how,
            },
            {
              timeoutMs: session.registration.settings.taskTimeoutMs,
              signal: attempt.signal,
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
    if (!attempt.signal.aborted) await report(session, attempt, error);
  } finally {
    taken?.release();
    session.attempts.delete(attempt.id);
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
async function runSmall({ session, attempt, execute }: AttemptRun): Promise<void> {
  const { disk } = session.worker.ports;
  await disk.makeDirectory(attempt.directory);
  try {
    const result = await execute({ directory: attempt.directory });
    await session.call('complete', () => ({ attempt: attempt.id, result }), attempt.signal);
  } finally {
    await disk.remove(attempt.directory);
  }
}

async function report(session: Session, attempt: Attempt, error: unknown): Promise<void> {
  const { sink } = session.registration;
  const { log } = session.worker.ports;
  const failure = attemptError(error, sink.kind === 'file' ? sink.directory : undefined);
  log.info('attempt failed', { attempt: attempt.id, kind: failure.kind, error: failure.message });
  try {
    await session.call('fail', () => ({ attempt: attempt.id, error: failure }), attempt.signal);
  } catch (refusal) {
    if (attempt.signal.aborted) return;
    log.error('failure not reported', { attempt: attempt.id, error: String(refusal) });
  }
}
