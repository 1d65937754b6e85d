import { describe, expect, test } from '@jest/globals';
import type { LogEvent } from '@mapreduce/protocol';
import { EncodedLog } from './encoded-log.ts';

function eventOf(map: number): LogEvent {
  const attempt = `g1-b1-n0123abcd-map-${map}-0`;
  if (map % 7 === 3) return { kind: 'lost', map, attempt };
  return {
    kind: 'mapped',
    ...{ map, attempt, holder: `${map % 40}`.padStart(32, '0') },
    // Beyond ASCII, a character is not a byte.
    address: `http://wörker-${map % 40}:7000`,
    ...{ storedRoot: `${map}`.padStart(64, 'a'), contentRoot: `${map}`.padStart(64, 'b') },
  };
}

const events = Array.from({ length: 3_000 }, (_, map) => eventOf(map));

function logOf(given: readonly LogEvent[]) {
  let asked = 0;
  const source = {
    tail: (from: number, limit: number) => {
      const some = given.slice(from, Math.max(from, from + limit));
      asked += some.length;
      return some;
    },
  };
  return { log: new EncodedLog(source), asked: () => asked };
}

const parsed = (pieces: readonly Uint8Array[]): unknown =>
  JSON.parse(`[${Buffer.concat(pieces).toString()}]`);

describe('the encoded log', () => {
  test('gives any range as the events that are in it, whatever was asked for before', () => {
    const { log } = logOf(events);
    const ranges = [
      [5, 3],
      [0, 0],
      [2_999, 1],
      [0, 3_000],
      [700, 1_800],
      [816, 1],
      [3_000, 0],
    ];
    for (const [from = 0, count = 0] of ranges) {
      expect(parsed(log.tail(from, count))).toEqual(events.slice(from, from + count));
    }
  });

  test('has chunks, and begins and ends a range at each of their edges', () => {
    const { log } = logOf(events);
    const whole = log.tail(0, events.length);
    expect(whole.length).toBeGreaterThan(2);
    let edge = 0;
    for (const piece of whole.slice(0, -1)) {
      const text = Buffer.from(piece).toString();
      edge += (JSON.parse(`[${edge === 0 ? text : text.slice(1)}]`) as unknown[]).length;
      for (const [from, count] of [
        [edge - 1, 1],
        [edge, 1],
        [edge - 1, 2],
      ] as const) {
        expect(parsed(log.tail(from, count))).toEqual(events.slice(from, from + count));
      }
    }
  });

  test('encodes an event once, and hands out the same memory each time', () => {
    const { log, asked } = logOf(events);
    const [one] = log.tail(0, 2_000);
    const [other] = log.tail(0, 2_000);
    log.tail(1_000, 1_500);
    expect(asked()).toBe(2_500);
    expect(one?.buffer).toBe(other?.buffer);
  });

  test('takes an event that is larger than a chunk', () => {
    const large: LogEvent = { ...eventOf(1), attempt: 'x'.repeat(2 ** 19) };
    const { log } = logOf([eventOf(0), large, eventOf(2)]);
    expect(parsed(log.tail(0, 3))).toEqual([eventOf(0), large, eventOf(2)]);
  });
});
