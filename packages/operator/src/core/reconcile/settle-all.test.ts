import { expect, it } from '@jest/globals';
import { settleAll } from './settle-all.ts';

it('waits for all, whatever comes of some', async () => {
  const ended: string[] = [];
  const slow = async () => {
    for (let turns = 0; turns < 10; turns += 1) await Promise.resolve();
    ended.push('slow');
  };
  const fault = new Error('refused');
  await expect(settleAll([Promise.reject(fault), slow()])).rejects.toBe(fault);
  expect(ended).toEqual(['slow']);
});

it('tells all that went wrong, and the same once', async () => {
  const faults = ['no answer', 'too many requests', 'no answer'].map((text) => new Error(text));
  const all = settleAll(faults.map((fault) => Promise.reject(fault)));
  await expect(all).rejects.toMatchObject({
    message: 'no answer; too many requests',
    errors: faults,
  });
});
