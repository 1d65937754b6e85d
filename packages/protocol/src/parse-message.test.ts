import { describe, expect, test } from '@jest/globals';
import { parseMessage } from './parse-message.ts';
import { segmentsRequestSchema } from './routes.ts';
import * as z from 'zod';

const maps = (count: number, bad?: number) =>
  Array.from({ length: count }, (_, map) => ({
    map: map === bad ? -1 : map,
    attempt: '1-1-5f3a9c21-map-12-0',
  }));

describe('parseMessage', () => {
  test.each([1, 999, 1_000, 1_001, 2_500])('gives back a message with a list of %d', (count) => {
    const message = { partition: 3, maps: maps(count) };
    expect(parseMessage(segmentsRequestSchema, message)).toEqual(message);
  });

  test.each([0, 999, 1_000, 2_345])('names the element at fault: %d', (bad) => {
    expect(() =>
      parseMessage(segmentsRequestSchema, { partition: 3, maps: maps(2_500, bad) }),
    ).toThrow(`maps.${bad}.map: `);
  });

  test.each([
    ['body', 7],
    ['partition', { maps: maps(1) }],
    ['body', { partition: 0, maps: maps(1), more: 1 }],
    ['body', JSON.parse(`{"partition":0,"maps":${JSON.stringify(maps(1))},"__proto__":{}}`)],
    ['maps', { partition: 0, maps: [] }],
    ['maps', { partition: 0, maps: maps(200_001) }],
  ])('names %s', (field, message: unknown) => {
    expect(() => parseMessage(segmentsRequestSchema, message)).toThrow(
      expect.objectContaining({
        code: 'BAD_REQUEST',
        message: expect.stringMatching(`^${field}: `) as unknown,
      }),
    );
  });

  test('takes lists of different lengths', () => {
    const schema = z.strictObject({
      long: z.array(z.int()).min(1),
      longer: z.array(z.array(z.int()).min(1)),
    });
    const message = {
      long: Array.from({ length: 1_500 }, () => 1),
      longer: Array.from({ length: 2_500 }, () => [0, 1]),
    };
    expect(parseMessage(schema, message)).toEqual(message);
    message.longer[2_100] = [0, 0.5];
    expect(() => parseMessage(schema, message)).toThrow('longer.2100.1: ');
  });

  test('looks at no more than the first slice where that has a fault', () => {
    let looks = 0;
    const bad = z.unknown().refine(() => {
      looks += 1;
      return false;
    });
    const schema = z.strictObject({ list: z.array(bad) });
    const list = Array.from({ length: 100_000 }, () => ({}));
    expect(() => parseMessage(schema, { list })).toThrow('list.0');
    expect(looks).toBe(1_000);
  });

  test('refuses an object of many members before it is checked', () => {
    const members = Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`c${i}`, i]));
    const schema = z.record(z.string(), z.number());
    expect(() => parseMessage(schema, { ...members })).toThrow('more than 1000 members');
    delete members['c0'];
    expect(parseMessage(schema, members)).toEqual(members);
  });
});
