import { describe, expect, it } from '@jest/globals';
import { isTerminal } from '../plan.ts';
import {
  aCondition,
  aCoordinator,
  aSpec,
  ago,
  conditionText,
  draftOf,
  heard,
  now,
  observed,
  planOf,
  running,
} from '../testing/builders.ts';

describe('a job that is to be cancelled', () => {
  it('asks its coordinator to cancel, and fails when that has', () => {
    const spec = aSpec({ cancel: true });
    const asking = planOf(running({}, {}, spec));
    expect(asking.wish).toEqual({ cancel: true });
    expect(isTerminal(asking)).toBe(false);
    const made = planOf(running({ talk: heard({ state: 'cancelled' }) }, {}, spec));
    expect(conditionText(made, 'Failed')).toBe('True Cancelled');
  });

  it('is cancelled at once where no coordinator is there', () => {
    const made = planOf(running({ pods: [] }, {}, aSpec({ cancel: true })));
    expect(conditionText(made, 'Failed')).toBe('True Cancelled');
  });

  it('is cancelled at once where its coordinator cannot be asked, as its tokens are lost', () => {
    const made = planOf(running({ areTokensLost: true, talk: {} }, {}, aSpec({ cancel: true })));
    expect(conditionText(made, 'Failed')).toBe('True Cancelled');
    expect(made.deletions.map(({ name }) => name)).toContain('count-coordinator-1');
  });

  it('without its coordinator keeps none that shows only then', () => {
    const unseen = { pods: [], talk: {}, launch: { generation: 1, sentAt: now } };
    const made = planOf(
      running(unseen, { coordinator: { generation: 1 } }, aSpec({ cancel: true })),
    );
    const later = (status: typeof made.status) =>
      planOf(running({ talk: {} }, status, aSpec({ cancel: true })));
    const names = (plan: typeof made) => plan.deletions.map(({ name }) => name);
    expect(names(later(made.status))).toContain('count-coordinator-1');
    const asked = planOf(running({ talk: heard({ state: 'cancelled' }) }));
    expect(names(later(asked.status))).not.toContain('count-coordinator-1');
  });

  it('leaves no coordinator behind that was not asked, as when it still prepares the job', () => {
    const pods = [aCoordinator({ ready: false })];
    const made = planOf(running({ pods }, {}, aSpec({ cancel: true })));
    expect(conditionText(made, 'Failed')).toBe('True Cancelled');
    expect(made.deletions.map(({ name }) => name)).toContain('count-coordinator-1');
  });

  it('is cancelled at once while it waits for its next attempt, whoever is left of the last one', () => {
    const before = running({}, { attempt: 1, retryTime: ago(-60) }, aSpec({ cancel: true }));
    const { pods, job } = before;
    const draft = draftOf(before);
    draft.clear('attemptTime');
    const made = planOf(observed({ pods, job: { ...job, status: draft.status } }));
    expect(conditionText(made, 'Failed')).toBe('True Cancelled');
  });

  it('is cancelled by its coordinator although it is to be suspended too', () => {
    const made = planOf(running({}, {}, aSpec({ cancel: true, suspend: true })));
    expect(made.wish).toEqual({ cancel: true });
    expect(made.contact?.podUid).toBe('count-coordinator-1-uid');
    expect(made.deletions).toEqual([]);
  });

  it('is suspended no more', () => {
    const conditions = [aCondition('Suspended')];
    const before = running({}, { conditions }, aSpec({ suspend: true, cancel: true }));
    const draft = draftOf(before);
    draft.clear('attemptTime');
    const pods = [aCoordinator({ deletedBy: now + 5_000 })];
    const made = planOf(observed({ pods, job: { ...before.job, status: draft.status } }));
    expect(conditionText(made, 'Suspended')).toBe('False Cancelled');
    expect(conditionText(made, 'Failed')).toBe('True Cancelled');
  });
});
