import { expect, it } from '@jest/globals';
import { jobWith } from './fixtures.ts';
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
  ['in one pod alone is lost', {}, /run the job again/],
])('who asks for an output %s', (_, spec, told) => {
  expect(withoutPod(jobWith({ spec }))).toMatch(told);
});
