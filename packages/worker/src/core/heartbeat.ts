import type { HeartbeatResponse } from '@mapreduce/protocol';
import { CancelledError } from './errors.ts';
import type { Session } from './session.ts';

/** A heartbeat that is not answered by then is sent anew, with what is true by then. */
const heartbeatTimeoutMs = 5_000;

/**
 * An answer with so much of the log may not be all of it. Less is told by and by: while nobody needs
 * it, the coordinator gives a little with each heartbeat, and must not be asked for more at once.
 */
const fullTail = 1_024;

/**
 * Renews every lease once a `heartbeatMs`, and at once when hurried. A heartbeat that comes late,
 * because the process was stopped, is sent like any other: what has become of the leases is the
 * coordinator's to say.
 */
export async function heartbeatLoop(session: Session): Promise<void> {
  const { clock } = session.worker.ports;
  const { signal, registration } = session;
  let due = clock.now() + registration.heartbeatMs;
  try {
    for (;;) {
      await session.nextBeat(Math.max(0, due - clock.now()));
      if (signal.aborted) return;
      due = clock.now() + registration.heartbeatMs;
      // A log that does not fit into one answer comes in several.
      while (await beat(session));
    }
  } catch (error) {
    if (!(error instanceof CancelledError)) session.fail(error);
  }
}

/** Returns whether there may be more of the log. */
async function beat(session: Session): Promise<boolean> {
  const { log, worker } = session;
  const { disk } = worker.ports;
  const freeDiskBytes = await disk.freeBytes(worker.options.directory).catch(() => 0);
  let logFrom = log.next;
  const response = await session.call(
    'heartbeat',
    () => {
      logFrom = log.next;
      return {
        attempts: worker.attempts.all().map(({ id, progress }) => ({ attempt: id, progress })),
        logFrom,
        freeDiskBytes,
      };
    },
    session.signal,
    heartbeatTimeoutMs,
  );
  obey(session, logFrom, response);
  return response.log.length >= fullTail && !session.signal.aborted;
}

function obey(session: Session, logFrom: number, response: HeartbeatResponse): void {
  const { attempts, leaving, takeOvers } = session.worker;
  for (const attempt of response.cancel) attempts.cancel(attempt);
  session.log.apply(logFrom, response.log);
  if (response.ended) {
    session.end('ended');
  } else if (response.mayLeave === true && leaving.isBegun && attempts.all().length === 0) {
    leaving.relieve();
    session.end('left');
  } else if (response.takeOver !== undefined && !leaving.isBegun) {
    takeOvers.start(session.worker, response.takeOver);
  }
}
