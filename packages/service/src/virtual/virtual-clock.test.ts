import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { sleep } from '../ports/clock.ts';
import { VirtualClock } from './virtual-clock.ts';

describe('VirtualClock', () => {
  test('fires timers by time, those of one moment in the order they were set', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (delays) => {
        const clock = new VirtualClock();
        const fired: { delay: number; index: number; at: number }[] = [];
        delays.forEach((delay, index) => {
          clock.after(delay, () => fired.push({ delay, index, at: clock.now() }));
        });
        while (clock.fireNext());
        const expected = delays
          .map((delay, index) => ({ delay, index, at: delay }))
          .sort((a, b) => a.delay - b.delay || a.index - b.index);
        expect(fired).toEqual(expected);
        expect(clock.pending).toBe(0);
      }),
    );
  });

  test('a cancelled timer does not fire, and counts as pending once less', () => {
    const clock = new VirtualClock();
    const fired: string[] = [];
    const timer = clock.after(5, () => fired.push('cancelled'));
    clock.after(6, () => fired.push('kept'));
    timer.cancel();
    timer.cancel();
    expect(clock.pending).toBe(1);
    expect(clock.next).toBe(6);
    while (clock.fireNext());
    expect(fired).toEqual(['kept']);
  });

  test('promises go on between timers while time advances', async () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    const loop = async () => {
      for (let turn = 0; turn < 3; turn += 1) {
        await sleep(clock, 10);
        seen.push(clock.now());
      }
    };
    void loop();
    await clock.advance(25);
    expect(seen).toEqual([10, 20]);
    expect(clock.now()).toBe(25);
    await clock.runUntil(() => seen.length === 3);
    expect(clock.now()).toBe(30);
  });

  test('waiting for what never comes is an error, not a hang', async () => {
    const clock = new VirtualClock();
    await expect(clock.runUntil(() => false)).rejects.toThrow('nothing is left to wait for');
    const again = () => void clock.after(1_000, again);
    again();
    await expect(clock.runUntil(() => false, 60_000)).rejects.toThrow('60000 ms of virtual time');
  });
});
