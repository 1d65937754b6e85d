import { CancelledError } from '../errors.ts';
import type { Session } from '../session.ts';
import { unlessAborted } from '../wait.ts';

/**
 * Tells the coordinator of this session once the worker is to leave: each life of the coordinator has
 * to be told, with the registration or afterwards. What follows is told with the answers to heartbeats.
 */
export async function announceLeave(session: Session): Promise<void> {
  const { leaving } = session.worker;
  try {
    await unlessAborted(leaving.begun, session.signal);
    if (!session.isLeaving) await session.call('drain', () => ({ graceMs: leaving.leftMs }));
    session.hurry();
  } catch (error) {
    if (!(error instanceof CancelledError)) session.fail(error);
  }
}
