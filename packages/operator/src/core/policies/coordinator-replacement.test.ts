import { describe, expect, it } from '@jest/globals';
import type { Observed } from '../observed.ts';
import type { PodView } from '../views/pod-view.ts';
import {
  aCondition,
  aCoordinator,
  aSpec,
  ago,
  conditionText,
  draftOf,
  nodeFacts,
  now,
  running,
} from '../testing/builders.ts';
import {
  hungPatienceMs,
  replaceCoordinator,
  silentPatienceMs,
  unreadyPatienceMs,
} from './coordinator-replacement.ts';

function decide(pod: PodView | undefined, parts: Partial<Observed> = {}, status = {}) {
  const seen = running({ pods: pod === undefined ? [] : [pod], ...parts }, status);
  const draft = draftOf(seen);
  replaceCoordinator(seen, draft, aSpec());
  return draft;
}
const generationOf = (draft: ReturnType<typeof decide>) => draft.status.coordinator?.generation;
const crashing = { reason: 'CrashLoopBackOff', message: 'Error, exit code 1: no journal' };
const deleted = { deletedBy: now + 5_000 };

describe('a coordinator', () => {
  it.each<[string, PodView, Partial<Observed>]>([
    ['runs', aCoordinator(), {}],
    ['restarts in place', aCoordinator({ ready: false, waiting: crashing }), {}],
    [
      'is on a node that does not answer yet',
      aCoordinator(),
      { nodes: nodeFacts({ 'node-1': { ready: false } }) },
    ],
    [
      'is on a node that is cordoned',
      aCoordinator(),
      { nodes: nodeFacts({ 'node-1': { draining: true } }) },
    ],
    [
      'has nowhere to run',
      aCoordinator({
        ready: false,
        createdAt: 0,
        waiting: { reason: 'Unschedulable', message: '' },
      }),
      {},
    ],
  ])('that %s stays', (_, pod, parts) => {
    const draft = decide(pod, parts);
    expect(generationOf(draft)).toBe(1);
    expect(draft.statusFirst).toBe(false);
  });

  it.each<[string, PodView | undefined, Partial<Observed>]>([
    ['was seen and is there no more', undefined, {}],
    ['was deleted', aCoordinator(deleted), {}],
    [
      'was evicted by a drain',
      aCoordinator({ phase: 'Failed', reason: 'Evicted', disruption: 'EvictionByEvictionAPI' }),
      {},
    ],
    [
      'was on a node that is gone',
      aCoordinator(),
      { nodes: nodeFacts({ 'node-1': { gone: true } }) },
    ],
    [
      'is deleted from a node that does not answer',
      aCoordinator(deleted),
      { nodes: nodeFacts({ 'node-1': { ready: false } }) },
    ],
  ])('that %s is followed by the next generation, which is written first', (_, pod, parts) => {
    const draft = decide(pod, parts);
    expect(draft.status.coordinator).toEqual({ generation: 2 });
    expect(draft.statusFirst).toBe(true);
    expect(conditionText(draft, 'CoordinatorReady')).toBe('False Replaced');
    expect(draft.status.attempt).toBe(0);
  });

  describe('that its node refuses', () => {
    const refused = (ageMs: number) =>
      aCoordinator({ phase: 'Failed', reason: 'OutOfcpu', createdAt: now - ageMs });
    const unreadyFor = (seconds: number) => ({
      conditions: [
        aCondition('CoordinatorReady', { status: 'False', lastTransitionTime: ago(seconds) }),
      ],
    });

    it('is not followed before ten seconds are over', () => {
      const early = decide(refused(1_000));
      expect(generationOf(early)).toBe(1);
      expect(early.wakeAt).toBe(now + 9_000);
      expect(generationOf(decide(refused(10_000)))).toBe(2);
    });

    it('is followed later the longer there has been none that was ready', () => {
      const early = decide(refused(60_000), {}, unreadyFor(160));
      expect(generationOf(early)).toBe(1);
      expect(early.wakeAt).toBe(now + 40_000);
      expect(generationOf(decide(refused(100_000), {}, unreadyFor(200)))).toBe(2);
    });

    it('has failed the attempt when none was ready for five minutes', () => {
      const draft = decide(refused(1_000), {}, unreadyFor(300));
      expect(draft.status.failure).toMatchObject({
        code: 'coordinator-lost',
        message: expect.stringContaining('count-coordinator-1 ended: OutOfcpu'),
      });
    });
  });

  it('of which no container starts has failed the attempt after a quarter of an hour', () => {
    const hangs = (ms: number) =>
      aCoordinator({ phase: 'Pending', ready: false, createdAt: 0, scheduledAt: now - ms });
    const early = decide(hangs(hungPatienceMs - 1_000), { talk: {} });
    expect([early.status.failure, early.wakeAt]).toEqual([undefined, now + 1_000]);
    const late = decide(hangs(hungPatienceMs), { talk: {} });
    expect(late.status.failure?.message).toMatch(/has started for 15 min; see its events/);
    const missing = [{ what: 'ConfigMap c', message: 'it is not there' }];
    expect(decide(hangs(hungPatienceMs), { talk: {}, missing }).status.failure).toBeUndefined();
  });

  it('that this operator has not made yet is made', () => {
    const launch = { generation: 1 };
    expect(generationOf(decide(undefined, { launch }, { coordinator: { generation: 1 } }))).toBe(1);
  });

  it.each([undefined, { generation: 0 }])(
    'that another operator may have made, and that is not there, is followed by the next generation (%p)',
    (launch) => {
      const draft = decide(undefined, { launch }, { coordinator: { generation: 1 } });
      expect(draft.status.coordinator).toEqual({ generation: 2 });
      expect(draft.statusFirst).toBe(true);
    },
  );

  it('that was sent and never seen is given up when no cache can be that late', () => {
    const sent = (sentAt: number) =>
      decide(undefined, { launch: { generation: 1, sentAt } }, { coordinator: { generation: 1 } });
    expect(generationOf(sent(now - 5_000))).toBe(1);
    expect(sent(now - 5_000).wakeAt).toBeGreaterThan(now);
    expect(generationOf(sent(now - 15_000))).toBe(2);
  });

  it('that was sent and never seen is given up later the longer there has been none', () => {
    const conditions = [
      aCondition('CoordinatorReady', { status: 'False', lastTransitionTime: ago(100) }),
    ];
    const sent = (agoMs: number) => {
      const launch = { generation: 1, sentAt: now - agoMs };
      return decide(undefined, { launch }, { coordinator: { generation: 1 }, conditions });
    };
    expect(generationOf(sent(49_000))).toBe(1);
    expect(sent(49_000).wakeAt).toBe(now + 2_000);
    expect(generationOf(sent(50_000))).toBe(2);
  });

  it.each<[string, PodView, Partial<Observed>]>([
    [
      'fills its disk',
      aCoordinator({ phase: 'Failed', reason: 'Evicted', message: 'too much' }),
      {},
    ],
    [
      'never comes to be ready',
      aCoordinator({ ready: false, waiting: crashing, createdAt: 0 }),
      { talk: { silentSince: now - unreadyPatienceMs } },
    ],
    [
      'never gets its image',
      aCoordinator({
        phase: 'Pending',
        ready: false,
        waiting: { reason: 'ErrImagePull', message: 'no such image' },
        createdAt: now - unreadyPatienceMs,
      }),
      { talk: {} },
    ],
    [
      'gives no answer',
      aCoordinator({ createdAt: 0 }),
      { talk: { silentSince: now - silentPatienceMs } },
    ],
  ])('that %s has failed the attempt', (_, pod, parts) => {
    const draft = decide(pod, parts);
    expect(draft.status.failure?.code).toBe('coordinator-lost');
    expect(draft.status.attempt).toBe(1);
  });

  it.each<[string, Partial<PodView>, Partial<Observed>]>([
    ['is ready', {}, {}],
    ['is between two starts', { ready: false, waiting: crashing }, {}],
    ['cannot be asked, as its tokens are lost', {}, { areTokensLost: true }],
  ])('that nobody has asked yet, and that %s, is not held to be silent', (_, parts, rest) => {
    const draft = decide(aCoordinator({ createdAt: 0, ...parts }), { talk: {}, ...rest });
    expect([draft.status.attempt, draft.statusFirst]).toEqual([0, false]);
  });

  it('is looked at again when it has been silent, or not ready, for too long', () => {
    const [silentSince, createdAt] = [now - 60_000, now - 60_000];
    const silent = decide(aCoordinator(), { talk: { silentSince } });
    expect(silent.wakeAt).toBe(silentSince + silentPatienceMs);
    const pending = { phase: 'Pending', ready: false, createdAt };
    const unready = decide(aCoordinator(pending), { talk: {} });
    expect(unready.wakeAt).toBe(createdAt + unreadyPatienceMs);
  });
});
