import { describe, expect, it } from '@jest/globals';
import type { FailureCode } from '@mapreduce/protocol/resource';
import { formatTime } from '../time.ts';
import { aSpec, conditionText, draftOf, now, running } from '../testing/builders.ts';
import { actionOn, attemptFailed, retryDelayMs } from './backoff.ts';

function failed(code: FailureCode, parts: { retries?: number; attempt?: number; spec?: object }) {
  const spec = aSpec({ ...parts.spec });
  const { retries = 0, attempt = 0 } = parts;
  const seen = running({}, { retries, attempt }, spec);
  const draft = draftOf(seen);
  attemptFailed(seen, draft, spec, { code, message: 'it broke' });
  return draft;
}

describe('the failure policy', () => {
  const rules = [
    { onCodes: ['output'], action: 'Ignore' },
    { onCodes: ['output', 'task'], action: 'FailJob' },
  ];

  it.each([
    ['output', 'Ignore'],
    ['task', 'FailJob'],
    ['internal', 'Retry'],
  ] as const)('decides %s by the first rule that names it: %s', (code, action) => {
    expect(actionOn(code, aSpec({ failurePolicy: { rules } }))).toBe(action);
  });

  it.each(['input', 'program', 'task'] as const)('fails a job at once for its %s', (code) => {
    expect(conditionText(failed(code, {}), 'Failed')).toMatch(/^True (Input|Program|Task)Failed$/);
  });
});

describe('a failed attempt', () => {
  it('is followed by another with a new id after a while', () => {
    const draft = failed('output', {});
    expect(draft.status).toMatchObject({
      phase: 'Pending',
      attempt: 1,
      retries: 1,
      jobId: 'count-uid-1234-1',
      retryTime: formatTime(now + 10_000),
      failure: { code: 'output', message: 'it broke' },
    });
    expect(draft.status).not.toHaveProperty('runningTime');
    expect(draft.statusFirst).toBe(true);
    expect(conditionText(draft, 'Failed')).toBeUndefined();
  });

  it('ends the job when it was the last that the limit allows', () => {
    const draft = failed('internal', { retries: 2, attempt: 2 });
    expect(conditionText(draft, 'Failed')).toBe('True BackoffLimitExceeded');
    expect(draft.status.attempt).toBe(2);
  });

  it('does not count where a rule ignores it, however often it happens', () => {
    const spec = { failurePolicy: { rules: [{ onCodes: ['output'], action: 'Ignore' }] } };
    const draft = failed('output', { retries: 2, attempt: 7, spec });
    expect(draft.status).toMatchObject({ attempt: 8, retries: 2 });
    expect(conditionText(draft, 'Failed')).toBeUndefined();
  });

  it('makes the next wait twice as long each time, for five minutes at most', () => {
    expect([0, 1, 2, 3, 6, 50].map(retryDelayMs)).toEqual([
      10_000, 10_000, 20_000, 40_000, 300_000, 300_000,
    ]);
  });
});
