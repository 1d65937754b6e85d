import { describe, expect, it } from '@jest/globals';
import type { JobResourceStatus } from '@mapreduce/protocol/resource';
import type { Observed } from '../observed.ts';
import {
  aCondition,
  aSpec,
  ago,
  conditionText,
  draftOf,
  now,
  running,
} from '../testing/builders.ts';
import { activeDeadline, preRunningDeadline } from './deadlines.ts';
import { answerMs } from './silence.ts';

describe('activeDeadlineSeconds', () => {
  const decide = (activeDeadlineSeconds: number | undefined, startTime: string | undefined) => {
    const seen = running({}, startTime === undefined ? {} : { startTime });
    const draft = draftOf(seen);
    if (startTime === undefined) draft.clear('startTime');
    const limit = activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds };
    activeDeadline(seen, draft, aSpec(limit));
    return draft;
  };

  it('fails a job that has run for so long', () => {
    const draft = decide(60, ago(60));
    expect(conditionText(draft, 'Failed')).toBe('True DeadlineExceeded');
    expect(draft.status.phase).toBe('Failed');
  });

  it('says nothing of an earlier attempt that failed', () => {
    const failure = { code: 'output', message: 'it broke' } as const;
    const seen = running({}, { startTime: ago(60), failure });
    const draft = draftOf(seen);
    activeDeadline(seen, draft, aSpec({ activeDeadlineSeconds: 60 }));
    expect(draft.status.failure).toBeUndefined();
  });

  it('looks again when the time is up', () => {
    expect(decide(61, ago(60))).toMatchObject({ wakeAt: now + 1_000 });
  });

  it('is judged once the coordinator was asked, as by an operator that comes to be there late', () => {
    const judged = (parts: Partial<Observed>, status: Partial<JobResourceStatus> = {}) => {
      const seen = running(parts, { startTime: ago(60), ...status });
      const draft = draftOf(seen);
      activeDeadline(seen, draft, aSpec({ activeDeadlineSeconds: 60 }));
      return [conditionText(draft, 'Failed'), draft.wakeAt];
    };
    const failed = ['True DeadlineExceeded', undefined];
    expect(judged({ talk: {} })).toEqual([undefined, now + answerMs]);
    const silentSince = now - answerMs;
    expect(judged({ talk: { silentSince: silentSince + 1 } })).toEqual([undefined, now + 1]);
    expect(judged({ talk: { silentSince } })).toEqual(failed);
    expect(judged({})).toEqual(failed);
    expect(judged({ talk: {}, areTokensLost: true })).toEqual(failed);
    expect(judged({ talk: {} }, { attemptTime: undefined })).toEqual(failed);
  });

  it.each([
    ['no limit', undefined, ago(1_000_000)],
    ['no start', 1, undefined],
  ])('does nothing with %s', (_, seconds, startTime) => {
    const draft = decide(seconds, startTime);
    expect(conditionText(draft, 'Failed')).toBeUndefined();
    expect(draft.wakeAt).toBeUndefined();
  });
});

describe('preRunningDeadlineSeconds', () => {
  const decide = (status: object) => {
    const seen = running({}, status);
    const draft = draftOf(seen);
    if (!('runningTime' in status)) draft.clear('runningTime');
    preRunningDeadline(seen, draft, aSpec({ preRunningDeadlineSeconds: 30 }));
    return draft;
  };

  it('fails a job that has begun no task, and says why it waited', () => {
    const conditions = [
      aCondition('Degraded', { reason: 'ImagePullBackOff', message: 'no such image' }),
    ];
    const draft = decide({ attemptTime: ago(30), conditions });
    expect(conditionText(draft, 'Failed')).toBe('True PreRunningDeadlineExceeded');
    const failed = draft.status.conditions?.find(({ type }) => type === 'Failed');
    expect(failed?.message).toContain('ImagePullBackOff: no such image');
  });

  it('counts from the start of the attempt', () => {
    expect(decide({ startTime: ago(1_000), attemptTime: ago(10) })).toMatchObject({
      wakeAt: now + 20_000,
    });
  });

  it('is judged once the coordinator was asked, which may have begun tasks while nobody looked', () => {
    const seen = running({ talk: {} }, { runningTime: undefined });
    const draft = draftOf(seen);
    preRunningDeadline(seen, draft, aSpec({ preRunningDeadlineSeconds: 30 }));
    expect(conditionText(draft, 'Failed')).toBeUndefined();
    expect(draft.wakeAt).toBe(now + answerMs);
  });

  it('is over with the first task', () => {
    const draft = decide({ attemptTime: ago(100), runningTime: ago(90) });
    expect(conditionText(draft, 'Failed')).toBeUndefined();
    expect(draft.wakeAt).toBeUndefined();
  });
});
