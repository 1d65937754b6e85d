import { describe, expect, it } from '@jest/globals';
import {
  aCondition,
  aJob,
  aSource,
  aSpec,
  conditionText,
  draftOf,
  observed,
} from '../testing/builders.ts';
import { effectiveSpec, reportIgnoredChanges } from './effective-spec.ts';

const started = aSpec({ reducers: 4, workers: { replicas: 2, slots: 1 } });

function changed(parts: Readonly<Record<string, unknown>>, status = {}) {
  const spec = aSpec({ reducers: 4, workers: { replicas: 2, slots: 1 }, ...parts });
  const seen = observed({ job: aJob({ spec, status }), source: aSource(started) });
  const draft = draftOf(seen);
  reportIgnoredChanges(seen, draft);
  const report = draft.status.conditions?.find(({ type }) => type === 'SpecChangeIgnored');
  return { spec: effectiveSpec(seen), report, draft };
}

describe('the spec of a job that has started', () => {
  it.each([
    [{ suspend: true }],
    [{ cancel: true }],
    [{ activeDeadlineSeconds: 5 }],
    [{ preRunningDeadlineSeconds: 5 }],
    [{ ttlSecondsAfterFinished: 5 }],
    [{ workers: { replicas: 7 } }],
  ])('takes %j at once', (parts) => {
    const { spec, report } = changed(parts);
    expect(spec).toMatchObject(parts);
    expect(report).toBeUndefined();
  });

  it.each([
    [{ reducers: 9 }, 'spec.reducers'],
    [{ workers: { slots: 3 } }, 'spec.workers.slots'],
    [{ workers: { template: { spec: {} } } }, 'spec.workers.template'],
    [{ coordinator: { image: 'other:1' } }, 'spec.coordinator.image'],
    [{ backoffLimit: 0 }, 'spec.backoffLimit'],
  ])('ignores %j and says so', (parts, field) => {
    const { spec, report } = changed(parts);
    expect(spec).toEqual(started);
    expect(report?.status).toBe('True');
    expect(report?.message.endsWith(`: ${field}`)).toBe(true);
  });

  it('is as it was started again when the change is taken back', () => {
    const { draft } = changed({}, { conditions: [aCondition('SpecChangeIgnored')] });
    expect(conditionText(draft, 'SpecChangeIgnored')).toBe('False AsStarted');
  });

  it('outlives a spec that is none any more', () => {
    const job = aJob({ spec: undefined, faults: ['spec.reducers: too small'] });
    const seen = observed({ job, source: aSource(started) });
    const draft = draftOf(seen);
    reportIgnoredChanges(seen, draft);
    expect(effectiveSpec(seen)).toEqual(started);
    expect(conditionText(draft, 'SpecChangeIgnored')).toBe('True StartedAlready');
  });
});

describe('the spec of a job that has not started', () => {
  it('counts as it is', () => {
    const spec = aSpec({ reducers: 9 });
    expect(effectiveSpec(observed({ job: aJob({ spec }) }))).toEqual(spec);
  });
});
