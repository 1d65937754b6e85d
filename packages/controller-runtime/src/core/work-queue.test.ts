import { expect, test } from '@jest/globals';
import { SeededRandom, VirtualClock } from '@mapreduce/service/virtual';
import fc from 'fast-check';
import { noMetrics } from './metrics.ts';
import { WorkQueue } from './work-queue.ts';

function aQueue(backoff = { baseMs: 100, maxMs: 1_000 }) {
  const clock = new VirtualClock();
  const options = { name: 'test', random: new SeededRandom(1), metrics: noMetrics, backoff };
  return { clock, queue: new WorkQueue({ ...options, clock }) };
}

test('keys come out in the order in which they went in, each once', async () => {
  const { queue } = aQueue();
  for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key);
  expect(queue.state().depth).toBe(3);
  expect([await queue.take(), await queue.take(), await queue.take()]).toEqual(['a', 'b', 'c']);
});

test('a key that is added while it is processed comes back afterwards, behind the others', async () => {
  const { queue } = aQueue();
  queue.add('a');
  expect(await queue.take()).toBe('a');
  queue.add('a');
  queue.add('a');
  queue.add('b');
  expect(await queue.take()).toBe('b');
  expect(queue.state().depth).toBe(0);
  queue.done('a');
  expect(await queue.take()).toBe('a');
  queue.done('a');
  expect(queue.state().depth).toBe(0);
});

test('who waits gets the next key, the first who came first', async () => {
  const { queue } = aQueue();
  const takes = [queue.take(), queue.take()];
  queue.add('a');
  queue.add('b');
  expect(await Promise.all(takes)).toEqual(['a', 'b']);
});

test('of two appointments of a key the earlier counts, and the key is added once', async () => {
  const { clock, queue } = aQueue();
  queue.addAfter('a', 500);
  queue.addAfter('a', 200);
  queue.addAfter('a', 800);
  await clock.advance(199);
  expect(queue.state().depth).toBe(0);
  await clock.advance(1);
  expect(queue.state().depth).toBe(1);
  expect(clock.pending).toBe(0);
});

test('an appointment is dropped when its key is taken earlier, and one made meanwhile is kept', async () => {
  const { clock, queue } = aQueue();
  queue.addAfter('a', 500);
  queue.add('a');
  await queue.take();
  expect(clock.pending).toBe(0);
  queue.addAfter('a', 300);
  queue.done('a');
  await clock.advance(300);
  expect(queue.state().depth).toBe(1);
});

test('the delay of a failing key doubles to its limit, and is short again once it is forgotten', async () => {
  const { clock, queue } = aQueue();
  const ceilings = [100, 200, 400, 800, 1_000, 1_000];
  for (const ceiling of ceilings) {
    const delay = queue.addRateLimited('a');
    expect(delay).toBeGreaterThanOrEqual(ceiling / 2);
    expect(delay).toBeLessThanOrEqual(ceiling);
    await clock.advance(delay);
    queue.done((await queue.take()) ?? '');
  }
  expect(queue.failures('a')).toBe(ceilings.length);
  queue.forget('a');
  expect(queue.addRateLimited('a')).toBeLessThanOrEqual(100);
});

test('the failures of one key do not put off another', () => {
  const { queue } = aQueue();
  for (let failures = 0; failures < 9; failures += 1) queue.addRateLimited('bad');
  expect(queue.addRateLimited('good')).toBeLessThanOrEqual(100);
});

test('a closed queue gives nothing and takes nothing, and has no timers left', async () => {
  const { clock, queue } = aQueue();
  queue.add('a');
  await queue.take();
  const waiting = queue.take();
  queue.addAfter('b', 100);
  queue.add('a');
  queue.close();
  expect(await waiting).toBeUndefined();
  queue.add('c');
  queue.done('a');
  expect(await queue.take()).toBeUndefined();
  expect(clock.pending).toBe(0);
});

test('giving back what was not taken is an error of the caller', () => {
  expect(() => aQueue().queue.done('a')).toThrow('a is not being processed');
});

test('its state tells what waits, and how long what is processed has been', async () => {
  const { clock, queue } = aQueue();
  for (const key of ['a', 'b', 'c']) queue.add(key);
  await queue.take();
  await clock.advance(3_000);
  await queue.take();
  await clock.advance(1_000);
  expect(queue.state()).toEqual({ depth: 1, unfinishedSeconds: 5, longestRunningSeconds: 4 });
});

test('whatever is added when, no key is processed twice at once and none that was added is lost', async () => {
  const step = fc.record({
    key: fc.constantFrom('a', 'b', 'c'),
    what: fc.constantFrom('add', 'after', 'limited', 'take', 'done', 'wait'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { clock, queue } = aQueue();
      const owed = new Set<string>();
      const held = new Set<string>();
      const take = async () => {
        if (queue.state().depth === 0) return;
        const key = (await queue.take()) ?? '';
        expect(held.has(key)).toBe(false);
        held.add(key);
        owed.delete(key);
      };
      const giveBack = (key: string) => {
        if (held.delete(key)) queue.done(key);
      };
      for (const { key, what } of steps) {
        if (['add', 'after', 'limited'].includes(what)) owed.add(key);
        if (what === 'add') queue.add(key);
        if (what === 'after') queue.addAfter(key, 50);
        if (what === 'limited') queue.addRateLimited(key);
        if (what === 'take') await take();
        if (what === 'done') giveBack(key);
        if (what === 'wait') await clock.advance(40);
      }
      for (let round = 0; round < 4; round += 1) {
        for (const key of [...held]) giveBack(key);
        await clock.advance(2_000);
        while (queue.state().depth > 0) await take();
      }
      expect(owed).toEqual(new Set());
    }),
  );
});
