import { expect, it } from '@jest/globals';
import { MemoryApi } from '@mapreduce/controller-runtime/virtual';
import { SeededRandom, VirtualClock } from '@mapreduce/service/virtual';
import { createdAt, jobWith, podWith } from '../fixtures.ts';
import { events, warningsAbout } from './events.ts';

const namespace = 'team';
const job = jobWith({ metadata: { uid: 'new' } });
const pods = [podWith('wc-coordinator-1', {}, { uid: 'new-pod' })];

/** What is found of events, each `[id, regarding, what else it says]`. */
async function found(...told: readonly (readonly [string, object, object?])[]) {
  const client = new MemoryApi({ clock: new VirtualClock(), random: new SeededRandom(1) });
  for (const [name, regarding, other] of told) {
    await client.create(events, {
      ...{ apiVersion: 'events.k8s.io/v1', kind: 'Event', metadata: { namespace, name } },
      ...{ type: 'Warning', reason: 'FailedCreate', note: `note ${name}`, regarding },
      ...{ eventTime: '2026-01-31T12:00:30.000001Z', deprecatedLastTimestamp: null },
      ...other,
    });
  }
  return warningsAbout({ job, pods }, { client, namespace });
}

const replicas = { kind: 'ReplicaSet', name: 'wc-worker-5f', uid: 'x' };

it('finds the warnings about a job and what it has behind a thousand events of others', async () => {
  const others = Array.from(
    { length: 1_100 },
    (_, index) => [`a-${index}`, { kind: 'MapReduceJob', name: 'other', uid: 'other' }] as const,
  );
  const coordinator = { kind: 'Pod', name: 'wc-coordinator-1', uid: 'new-pod' };
  const seen = await found(
    ...others,
    ['z-1', replicas],
    ['z-2', { kind: 'MapReduceJob', name: 'wc', uid: 'new' }, { type: 'Normal' }],
    ['z-3', coordinator],
    ['z-4', coordinator, { reason: 'FailedMount' }],
    ['z-5', { kind: 'Pod', name: 'other-coordinator-1', uid: 'y' }, { reason: 'FailedMount' }],
    ['z-6', { kind: 'MapReduceJob', name: 'wc', uid: 'new' }],
    ['z-7', { kind: 'PersistentVolumeClaim', name: 'wc-coordinator', uid: 'z' }],
  );
  const at = createdAt + 30_000;
  expect(seen).toEqual([
    { reason: 'FailedCreate', note: 'note z-1', regarding: 'ReplicaSet/wc-worker-5f', at },
    { reason: 'FailedMount', note: 'note z-4', regarding: 'Pod/wc-coordinator-1', at },
    { reason: 'FailedCreate', note: 'note z-6', regarding: 'MapReduceJob/wc', at },
    {
      reason: 'FailedCreate',
      note: 'note z-7',
      regarding: 'PersistentVolumeClaim/wc-coordinator',
      at,
    },
  ]);
});

it('finds none about an earlier job of the same name', async () => {
  const before = { eventTime: '2026-01-31T11:59:00Z' };
  expect(
    await found(
      ['a', { kind: 'MapReduceJob', name: 'wc', uid: 'old' }],
      ['b', { kind: 'Pod', name: 'wc-coordinator-1', uid: 'old-pod' }, { reason: 'FailedMount' }],
      ['c', replicas, before],
    ),
  ).toEqual([]);
});

it('finds none about a job whose name begins like this one', async () => {
  expect(
    await found(
      ['a', { kind: 'MapReduceJob', name: 'wc-worker', uid: 'other' }],
      ['b', { kind: 'ReplicaSet', name: 'wc-worker-worker-5f', uid: 'x' }],
      ['c', { kind: 'Deployment', name: 'wc-worker-worker', uid: 'x' }],
    ),
  ).toEqual([]);
});

it.each([
  ['series', { series: { count: 7, lastObservedTime: '2026-01-31T12:20:00.000000Z' } }],
  ['old API', { eventTime: null, deprecatedLastTimestamp: '2026-01-31T12:20:00Z' }],
])('takes a warning that comes again for as old as it was seen last: %s', async (_, times) => {
  const [warning] = await found(['a', replicas, times]);
  expect(warning?.at).toBe(createdAt + 1_200_000);
});
