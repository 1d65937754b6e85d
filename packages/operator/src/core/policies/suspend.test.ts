import { describe, expect, it } from '@jest/globals';
import {
  aCondition,
  aCoordinator,
  aJob,
  aSpec,
  aWorker,
  ago,
  conditionText,
  heard,
  now,
  observed,
  planOf,
  running,
} from '../testing/builders.ts';

const suspended = aSpec({ suspend: true });

describe('a job that is suspended', () => {
  it('before its start makes nothing', () => {
    const made = planOf(observed({ job: aJob({ spec: suspended }) }));
    expect(made).toMatchObject({ surroundings: [], deletions: [], statusFirst: false });
    expect(made.status.phase).toBe('Suspended');
    expect(made.coordinatorPod).toBeUndefined();
    expect(made.workers).toBeUndefined();
  });

  it('while it runs loses every pod and keeps its id, and listens to nobody', () => {
    const made = planOf(running({}, {}, suspended));
    expect(made.deletions.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'Deployment count-worker',
      'Pod count-coordinator-1',
    ]);
    expect(conditionText(made, 'Suspended')).toBe('True SuspendedByUser');
    expect(made.contact).toBeUndefined();
    expect(made.status.jobId).toBe('count-uid-1234-0');
    expect(made.status).not.toHaveProperty('startTime');
    expect(made.status).not.toHaveProperty('attemptTime');
  });

  it('and has ended is complete, and keeps who serves its output', () => {
    const talk = heard({ state: 'succeeded' });
    const made = planOf(running({ talk }, {}, suspended));
    expect(conditionText(made, 'Complete')).toBe('True Succeeded');
    expect(made.status.progress?.percentage).toBe(100);
    expect(made.deletions.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'Deployment count-worker',
    ]);
  });

  it('is asked first whether it has ended, by an operator that has just started', () => {
    const unheard = planOf(running({ talk: {} }, {}, suspended));
    expect(unheard.deletions).toEqual([]);
    expect(unheard.contact).toEqual({ podUid: 'count-coordinator-1-uid', ip: aCoordinator().ip });
    const talk = { silentSince: now - 30_000 };
    expect(planOf(running({ talk }, {}, suspended)).deletions).toHaveLength(2);
    const launch = { generation: 1 };
    expect(planOf(running({ talk: {}, launch }, {}, suspended)).deletions).toHaveLength(2);
    const pods = [aCoordinator({ ready: false })];
    expect(planOf(running({ talk: {}, pods }, {}, suspended)).deletions).toHaveLength(2);
  });

  it('has nothing that is ready, and nothing that keeps it from coming on', () => {
    const conditions = (['CoordinatorReady', 'WorkersReady', 'Degraded'] as const).map((type) =>
      aCondition(type),
    );
    const gone = { pods: [], deployment: undefined, talk: {} };
    const made = planOf(running(gone, { conditions }, suspended));
    expect(conditionText(made, 'CoordinatorReady')).toBe('False NoPod');
    expect(conditionText(made, 'WorkersReady')).toBe('False NoneReady');
    expect(conditionText(made, 'Degraded')).toBe('False Suspended');
    expect(made.status.workers).toMatchObject({ replicas: 0, ready: 0 });
  });

  it('takes away workers that outlive their Deployment', () => {
    const seen = running({ deployment: undefined, pods: [aWorker(1)] }, {}, suspended);
    expect(planOf(seen).deletions).toEqual([
      { kind: 'Pod', name: 'count-worker-1', uid: 'count-worker-1-uid', graceSeconds: 1 },
    ]);
  });
});

describe('a job that is resumed', () => {
  const conditions = [aCondition('Suspended')];
  const resumed = aJob({
    status: {
      phase: 'Suspended',
      attempt: 0,
      jobId: 'count-uid-1234-0',
      coordinator: { generation: 3 },
      conditions,
    },
  });

  it('starts again in a new generation under the same id', () => {
    const made = planOf(observed({ job: resumed }));
    expect(made.status).toMatchObject({
      phase: 'Starting',
      jobId: 'count-uid-1234-0',
      coordinator: { generation: 4 },
    });
    expect(made.statusFirst).toBe(true);
    expect(conditionText(made, 'Suspended')).toBe('False Resumed');
  });

  it('is suspended no more although it waits for its next attempt', () => {
    const job = aJob({ status: { ...resumed.status, attempt: 1, retryTime: ago(-60) } });
    const made = planOf(observed({ job }));
    expect(made.status.phase).toBe('Pending');
    expect(conditionText(made, 'Suspended')).toBe('False Resumed');
    expect(conditionText(made, 'Running')).toBe('False Resumed');
    expect(made.wakeAt).toBe(now + 60_000);
  });

  it('waits until the pods of before are gone', () => {
    const ending = aCoordinator({ deletedBy: now + 5_000 });
    const seen = running(
      { pods: [ending], deployment: undefined, launch: { generation: 2 } },
      { coordinator: { generation: 2 } },
    );
    const made = planOf(seen);
    expect(made.coordinatorPod).toBeUndefined();
    expect(made.workers).toBeUndefined();
    expect(conditionText(made, 'CoordinatorReady')).toBe('False WaitingForOldPods');
  });
});
