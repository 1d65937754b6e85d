import { expect, test } from '@jest/globals';
import { drawScenario } from './scenario.ts';
import type { SeedResult } from './simulate.ts';
import { SummaryBuilder } from './summary.ts';

function result(parts: Partial<SeedResult> = {}): SeedResult {
  return {
    seed: 1,
    scenario: drawScenario(1),
    problems: [],
    fired: ['workerCrash'],
    hash: '',
    events: 10,
    elapsedMs: 5,
    tail: [],
    ...parts,
  };
}

test('a run in which all is right has no faults of its own', () => {
  const summary = new SummaryBuilder(2);
  summary.add(result());
  summary.add(result({ fired: [] }));
  expect(summary.build()).toMatchObject({ passed: 2, failed: [], events: 20, faults: [] });
});

test('fewer seeds than planned, and a fault that never struck, are faults of the run', () => {
  const summary = new SummaryBuilder(3);
  summary.add(result({ fired: [] }));
  summary.add(result({ fired: [], problems: ['wrong'] }));
  const { passed, failed, faults } = summary.build();
  expect({ passed, failed: failed.length }).toEqual({ passed: 1, failed: 1 });
  expect(faults).toEqual([
    'no fault of kind workerCrash ever struck',
    '2 seeds ran, and 3 were planned',
  ]);
});
