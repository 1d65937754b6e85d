import { expect, test } from '@jest/globals';
import { faultKinds } from './faults/fault.ts';
import { programNames } from './workload/programs.ts';
import { SummaryBuilder, type SeedOutcome } from './summary.ts';

function outcome(parts: Partial<SeedOutcome> = {}): SeedOutcome {
  return {
    seed: 1,
    program: 'count',
    problems: [],
    end: 'succeeded',
    fired: faultKinds,
    events: 10,
    ms: 5,
    afterHealMs: 7,
    mostLeases: 2,
    ...parts,
  };
}

test('a run in which all is right has no faults of its own', () => {
  const summary = new SummaryBuilder(2);
  for (const program of programNames) summary.add(outcome({ program, events: 0, ms: 0 }));
  for (const end of ['failed', 'cancelled']) summary.add(outcome({ end, events: 0, ms: 0 }));
  summary.add(outcome());
  summary.add(outcome({ seed: 2, fired: [], ms: 20, afterHealMs: 1, mostLeases: 3 }));
  expect(summary.build()).toMatchObject({
    ...{ passed: 4 + programNames.length, failed: [], events: 20, ms: 25, faults: [] },
    ...{ slowest: { seed: 2 }, longestAfterHealMs: 7, mostLeases: 3 },
  });
});

test('fewer seeds than planned, and a fault, a program or an end that never came, are faults of the run', () => {
  const summary = new SummaryBuilder(3);
  summary.add(outcome({ fired: faultKinds.filter((kind) => kind !== 'diskFlip') }));
  summary.add(outcome({ seed: 2, fired: [], problems: ['wrong'] }));
  // The same seed again is no further seed.
  summary.add(outcome({ seed: 2, fired: [] }));
  const { failed, faults } = summary.build();
  expect(failed.map(({ seed }) => seed)).toEqual([2]);
  expect(faults).toEqual([
    'no fault of kind diskFlip ever struck',
    ...programNames.slice(1).map((program) => `no seed ran the program ${program}`),
    ...['no job has ended as failed', 'no job has ended as cancelled'],
    '2 seeds ran, and 3 were planned',
  ]);
});
