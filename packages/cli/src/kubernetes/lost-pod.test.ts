import { expect, it } from '@jest/globals';
import { condition, halfWay, jobWith } from './fixtures.ts';
import { withoutPod } from './lost-pod.ts';

it.each<[string, object, RegExp]>([
  [
    'in a claim is told where it is',
    { output: { pvc: { claimName: 'results', path: 'first' } } },
    /mount claim results .* mapreduce cat there, in folder first$/,
  ],
  [
    'in a coordinator of which there will be another is to be waited for',
    { coordinator: { volume: { claim: { size: '1Gi' } } } },
    /try again in a few seconds$/,
  ],
  [
    'of which nobody knows yet whether it is lost is to ask again',
    {},
    /try again in a few seconds$/,
  ],
])('who asks for an output %s', (_, spec, told) => {
  expect(withoutPod(jobWith({ spec }))).toMatch(told);
});

it('who asks for an output that is lost is told what the operator says of it', () => {
  const lost = condition('OutputLost', 'CoordinatorGone', 'pod wc-coordinator-1 is gone');
  expect(withoutPod(jobWith({ status: { ...halfWay, conditions: [lost] } }))).toBe(
    'job wc: pod wc-coordinator-1 is gone',
  );
});
