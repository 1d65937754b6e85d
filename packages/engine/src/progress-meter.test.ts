import { describe, expect, test } from '@jest/globals';
import { ProgressMeter } from './progress-meter.ts';

/** How often a meter is told of `events` events, each of which takes `ms`; it counts every 100 ms. */
function tellings(events: number, msOf: (event: number) => number): number[] {
  let now = 0;
  let due = 0;
  const told: number[] = [];
  const meter = new ProgressMeter(0, () => {
    if (now < due) return false;
    due = now + 100;
    told.push(now);
    return true;
  });
  let tellAt = 1;
  let calls = 0;
  for (let event = 1; event <= events; event++) {
    now += msOf(event);
    if (event < tellAt) continue;
    tellAt = event + meter.tell();
    calls++;
  }
  return [calls, ...told];
}

describe('progress', () => {
  test('is told at every event where each takes long', () => {
    expect(tellings(50, () => 1_000)).toHaveLength(1 + 50);
  });

  test('is told at few of many events that take no time', () => {
    const [calls = 0, ...told] = tellings(100_000, () => 0.001);
    expect(calls).toBeLessThan(500);
    expect(told.length).toBeLessThan(3);
  });

  test('is soon told at every event once they come slowly', () => {
    const [, ...told] = tellings(2_000, (event) => (event <= 1_000 ? 0.001 : 1_000));
    expect(told.length).toBeGreaterThan(700);
  });
});
