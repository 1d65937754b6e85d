import { describe, expect, test } from '@jest/globals';
import { settle, VirtualClock } from '@mapreduce/service/virtual';
import { Bell, rungOrAfter } from './wait.ts';

describe('waiting for a bell', () => {
  test('ends when it rings, when the time is up, and when the signal aborts', async () => {
    const clock = new VirtualClock();
    const bell = new Bell();
    const controller = new AbortController();
    const over: string[] = [];
    const wait = (name: string, ms: number) =>
      rungOrAfter(bell, clock, ms, controller.signal).then(() => over.push(name));
    void wait('time', 10);
    void wait('ring', 1_000);
    await clock.advance(10);
    expect(over).toEqual(['time']);
    bell.ring();
    await settle();
    expect(over).toEqual(['time', 'ring']);
    void wait('abort', 1_000);
    controller.abort();
    await settle();
    expect(over).toEqual(['time', 'ring', 'abort']);
    expect(clock.pending).toBe(0);
  });

  test('is forgotten by the bell once it is over', async () => {
    const clock = new VirtualClock();
    let kept = 0;
    class CountingBell extends Bell {
      override onRing(task: () => void): () => void {
        kept += 1;
        const forget = super.onRing(task);
        return () => {
          kept -= 1;
          forget();
        };
      }
    }
    const bell = new CountingBell();
    for (let beat = 0; beat < 3; beat += 1) {
      void rungOrAfter(bell, clock, 10, new AbortController().signal);
      await clock.advance(10);
    }
    expect(kept).toBe(0);
  });
});
