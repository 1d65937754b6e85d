import { describe, expect, it } from '@jest/globals';
import type { Observed } from '../observed.ts';
import {
  aCoordinator,
  aDeployment,
  aWorker,
  draftOf,
  nodeFacts,
  now,
  running,
} from '../testing/builders.ts';
import { removePredecessors } from './predecessors.ts';

const ending = now + 5_000;

/** Whether generation 2 may run, and what is deleted for it. */
function decide(parts: Partial<Observed>, status: object = {}) {
  const seen = running({ pods: [], ...parts }, { coordinator: { generation: 2 }, ...status });
  const draft = draftOf(seen);
  return { mayRun: removePredecessors(seen, draft), draft };
}

describe('what came before', () => {
  it('is told to go', () => {
    const { mayRun, draft } = decide({ pods: [aCoordinator()] });
    expect(mayRun).toBe(false);
    expect(draft.deletions).toEqual([
      { kind: 'Pod', name: 'count-coordinator-1', uid: 'count-coordinator-1-uid' },
    ]);
  });

  it('is waited for while its node answers', () => {
    const { mayRun, draft } = decide({ pods: [aCoordinator({ deletedBy: ending })] });
    expect(mayRun).toBe(false);
    expect(draft.deletions).toEqual([]);
    expect(draft.wakeAt).toBe(ending + 5_000);
  });

  it.each<[string, Partial<Observed>]>([
    ['its node does not answer', { nodes: nodeFacts({ 'node-1': { ready: false } }) }],
    ['its node is gone', { nodes: nodeFacts({ 'node-1': { gone: true } }) }],
    ['its time was over long ago', { now: ending + 5_000 }],
    ['it failed as a whole', { pods: [aCoordinator({ phase: 'Failed' })] }],
    ['it is not there', { pods: [] }],
  ])('is not waited for when %s', (_, parts) => {
    expect(decide({ pods: [aCoordinator({ deletedBy: ending })], ...parts }).mayRun).toBe(true);
  });

  it('leaves the workers of its own attempt alone', () => {
    const { mayRun, draft } = decide({ pods: [aWorker(1)] });
    expect(mayRun).toBe(true);
    expect(draft.deletions).toEqual([]);
  });

  it('is all of an earlier attempt, its Deployment first', () => {
    const pods = [aCoordinator(), aWorker(1)];
    const { mayRun, draft } = decide({ pods, deployment: aDeployment() }, { attempt: 1 });
    expect(mayRun).toBe(false);
    expect(draft.deletions.map(({ name }) => name)).toEqual([
      'count-worker',
      'count-coordinator-1',
    ]);
    const later = decide({ pods, deployment: undefined }, { attempt: 1 });
    expect(later.draft.deletions.map(({ name }) => name)).toEqual([
      'count-worker-1',
      'count-coordinator-1',
    ]);
  });

  it('keeps the new attempt waiting as long as the old Deployment is there', () => {
    const deployment = aDeployment({ isDeleting: true });
    expect(decide({ deployment }, { attempt: 1 }).mayRun).toBe(false);
  });
});
