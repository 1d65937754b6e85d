import { sleep } from '@mapreduce/service';
import type { Attempt } from '../attempts/attempt.ts';
import { AttemptFailedError } from '../errors.ts';
import type { Worker } from '../worker.ts';

/** Another attempt holds the grant: how long until it is asked for again. */
const askAgainMs = 200;

/**
 * Returns once the coordinator lets the attempt commit. The grant only saves doomed work: which
 * attempt wins is decided by the link. Throws `AttemptFailedError` (released) where the part is
 * committed already.
 */
export async function awaitGrant({ link, ports }: Worker, attempt: Attempt): Promise<void> {
  for (;;) {
    const { grant } = await link.call('grant', () => ({ attempt: attempt.id }), attempt.signal);
    switch (grant) {
      case 'granted':
        return;
      case 'refused':
        throw new AttemptFailedError({ kind: 'released', message: 'the part is committed' });
      case 'wait':
        await sleep(ports.clock, askAgainMs, attempt.signal);
    }
  }
}
