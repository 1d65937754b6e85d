import { expect, it } from '@jest/globals';
import { ApiException } from '@kubernetes/client-node';
import { noLog } from './no-log.ts';

const answer = (code: number) =>
  new ApiException(code, 'Error occurred in log request', undefined, { 'audit-id': 'c1' });

it('a refused log is told in one line, without the headers of the answer', () => {
  expect([400, 403, 404, 502].map((code) => noLog(answer(code)))).toEqual([
    'its container has not started yet',
    'not allowed: it takes the verb get on pods/log',
    'the pod is gone',
    'the API server answered 502',
  ]);
});

it('what went wrong on the way is told in its own words', () => {
  expect(noLog(new Error('read ECONNRESET'))).toBe('read ECONNRESET');
});
