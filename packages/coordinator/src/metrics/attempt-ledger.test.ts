import { expect, test } from '@jest/globals';
import { formatAttemptId } from '@mapreduce/protocol';
import type { SchedulerCommand, SchedulerEvent } from '@mapreduce/scheduler';
import { AttemptLedger, type AttemptEnd } from './attempt-ledger.ts';

const epoch = { generation: 1, boot: 1, nonce: '5f3a9c21' };
const attempt = formatAttemptId({ kind: 'map', index: 0, epoch, number: 0 });
const leased: SchedulerCommand = {
  ...{ kind: 'lease', worker: 'w1', attempt, backup: false },
  task: { kind: 'map', index: 0 },
};
const tick: SchedulerEvent = { kind: 'tick', at: 1 };

/** How the only attempt ends, by what the scheduler commands. */
function endBy(command: SchedulerCommand): AttemptEnd[] {
  const ends: AttemptEnd[] = [];
  const ledger = new AttemptLedger({
    started: () => undefined,
    ended: (_, end) => ends.push(end),
  });
  ledger.step(tick, [leased]);
  ledger.step(tick, [command]);
  return ends;
}

test('an attempt that goes back to idle is lost, as it is in the status, and says why', () => {
  for (const reason of ['worker-left', 'unnamed', 'redone'] as const) {
    const ends = endBy({ kind: 'cancelAttempt', worker: 'w1', attempt, lost: reason });
    expect(ends).toEqual([{ outcome: 'lost', reason }]);
  }
});

test('an attempt that another one has beaten is cancelled', () => {
  const ends = endBy({ kind: 'cancelAttempt', worker: 'w1', attempt });
  expect(ends).toEqual([{ outcome: 'cancelled', reason: 'none' }]);
});
