import { describe, expect, it } from '@jest/globals';
import type { Observed } from '../observed.ts';
import {
  aCoordinator,
  aDeployment,
  aReportedWorker,
  aSpec,
  aWorker,
  addressOfWorker,
  ago,
  draftOf,
  heard,
  nodeFacts,
  now,
  running,
} from '../testing/builders.ts';
import { replicasNow } from './scale.ts';

const four = [1, 2, 3, 4].map((index) => aWorker(index));
const workersStatus = { replicas: 4, ready: 4, selector: '', list: [] };

function scaleTo(replicas: number, parts: Partial<Observed> = {}, workers: object = {}) {
  const spec = aSpec({ workers: { replicas, graceSeconds: 60 } });
  const seen = running(
    { pods: [aCoordinator(), ...four], deployment: aDeployment({ replicas: 4 }), ...parts },
    { workers: { ...workersStatus, ...workers } },
    spec,
  );
  const draft = draftOf(seen);
  return { replicas: replicasNow(seen, draft, spec), draft };
}

function victims(workers: number, ...parts: [index: number, relieved: boolean][]) {
  const named = parts.map(([index, relieved]) => ({
    incarnation: `w${index}`,
    address: addressOfWorker(index),
    relieved,
  }));
  return { talk: heard({}, { scaleDown: { workers, victims: named } }) };
}

/** Workers, of which those named are marked as those to go. */
function marked(...indexes: number[]) {
  const pods = four.map((pod, place) =>
    indexes.includes(place + 1) ? { ...pod, deletionCost: -1_000 } : pod,
  );
  return { pods: [aCoordinator(), ...pods] };
}

describe('more workers', () => {
  it('come at once', () => {
    const { replicas, draft } = scaleTo(9);
    expect(replicas).toBe(9);
    expect(draft.wish).toEqual({});
  });

  it('let those stay that were about to go', () => {
    const workers = [aReportedWorker(2, { state: 'draining' })];
    const talk = heard({ workers });
    const { draft } = scaleTo(6, { ...marked(2), talk }, { scaleDownTime: ago(5) });
    expect(draft.wish.scaleDown).toEqual({ workers: 6, graceMs: 0 });
    expect(draft.deletionCosts).toEqual([{ pod: 'count-worker-2', cost: 0 }]);
    expect(draft.status.workers).not.toHaveProperty('scaleDownTime');
  });

  it.each<[string, Partial<Observed>]>([
    ['goes', { pods: four.map((pod) => ({ ...pod, deletedBy: now })) }],
    ['is on a node that drains', { nodes: nodeFacts({ 'node-1': { draining: true } }) }],
  ])('do not hold one that %s', (_, parts) => {
    const talk = heard({ workers: [aReportedWorker(2, { state: 'draining' })] });
    expect(scaleTo(6, { talk, ...parts }).draft.wish).toEqual({});
  });
});

describe('fewer workers', () => {
  it('are chosen by the coordinator first', () => {
    const { replicas, draft } = scaleTo(2);
    expect(replicas).toBe(4);
    expect(draft.wish.scaleDown).toEqual({ workers: 2, graceMs: 60_000 });
    expect(draft.status.workers?.scaleDownTime).toBe(ago(0));
  });

  it('are marked before any goes', () => {
    const { replicas, draft } = scaleTo(2, victims(2, [1, true], [3, false]));
    expect(replicas).toBe(4);
    expect(draft.deletionCosts).toEqual([
      { pod: 'count-worker-1', cost: -1_000 },
      { pod: 'count-worker-3', cost: -1_000 },
    ]);
  });

  it('go one by one as they are relieved', () => {
    const chosen = victims(2, [1, true], [3, false]);
    expect(scaleTo(2, { ...marked(1, 3), ...chosen }).replicas).toBe(3);
    const both = victims(2, [1, true], [3, true]);
    expect(scaleTo(2, { ...marked(1, 3), ...both }).replicas).toBe(2);
  });

  it('go once each, however late the Deployment takes them', () => {
    const chosen = victims(1, [1, true], [2, false], [3, false]);
    const deployment = aDeployment({ replicas: 3 });
    expect(scaleTo(1, { ...marked(1, 2, 3), ...chosen, deployment }).replicas).toBe(3);
  });

  it('keep their marks until the Deployment has taken them', () => {
    const chosen = victims(2, [1, true], [3, true]);
    const deployment = aDeployment({ replicas: 2 });
    const { replicas, draft } = scaleTo(2, { ...marked(1, 3), ...chosen, deployment });
    expect(replicas).toBe(2);
    expect(draft.deletionCosts).toEqual([]);
    expect(draft.wish).toEqual({});
  });

  it('are never fewer than were asked for', () => {
    const more = victims(3, [1, true], [2, true], [3, true]);
    expect(scaleTo(3, { ...marked(1, 2, 3), ...more }).replicas).toBe(3);
  });

  it('do not follow an answer to another number', () => {
    expect(scaleTo(2, { ...marked(1), ...victims(1, [1, true]) }).replicas).toBe(4);
  });

  it('begin with pods that do not run yet', () => {
    const pods = [aCoordinator(), ...four.slice(1), aWorker(1, { phase: 'Pending', ready: false })];
    expect(scaleTo(2, { pods }).replicas).toBe(3);
  });

  it('wait while one that stays is not ready, as the Deployment would take that one', () => {
    const chosen = victims(3, [1, true]);
    const { pods } = marked(1);
    const unready = pods.map((pod) =>
      pod.name === 'count-worker-2' ? { ...pod, ready: false } : pod,
    );
    expect(scaleTo(3, { pods, ...chosen }).replicas).toBe(3);
    expect(scaleTo(3, { pods: unready, ...chosen }).replicas).toBe(4);
  });

  it('go unrelieved when their grace is over', () => {
    const { replicas } = scaleTo(1, victims(1, [1, false]), { scaleDownTime: ago(60) });
    expect(replicas).toBe(1);
  });

  it('go at once before the first task, as nobody holds anything', () => {
    const spec = aSpec({ workers: { replicas: 1 } });
    const seen = running({ deployment: aDeployment({ replicas: 4 }) }, {}, spec);
    const draft = draftOf(seen);
    draft.clear('runningTime');
    expect(replicasNow(seen, draft, spec)).toBe(1);
  });

  it('are looked after again within a second', () => {
    expect(scaleTo(2).draft.wakeAt).toBe(now + 1_000);
  });
});

describe('a worker that was evicted', () => {
  const evicted = aWorker(4, { phase: 'Failed', ready: false, reason: 'Evicted' });

  it('does not keep the others from going, as its pod stays', () => {
    const [first, second, third] = marked(2).pods.slice(1);
    if (!first || !second || !third) throw new Error('expected three pods');
    const pods = [aCoordinator(), first, second, third, evicted];
    const deployment = aDeployment({ replicas: 3 });
    expect(scaleTo(2, { pods, deployment, ...victims(2, [2, true]) }).replicas).toBe(2);
  });
});

describe('of more workers than are listed', () => {
  it('those stay too that were to go', () => {
    const { talk } = victims(2, [3, false]);
    const { draft } = scaleTo(4, { talk });
    expect(draft.wish).toEqual({ scaleDown: { workers: 4, graceMs: 0 } });
    expect(scaleTo(4, victims(4, [3, false])).draft.wish).toEqual({});
  });
});
