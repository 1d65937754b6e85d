import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { checkAgainst } from './check-against.ts';

const schema = () => z.strictObject({ list: z.array(z.strictObject({ n: z.int().min(0) })) });
const good = { list: [{ n: 1 }, { n: 2 }] };
const faulty = [
  undefined,
  {},
  { list: [{ n: -1 }, { n: 'x' }] },
  { list: [{ n: 1, more: 1 }], more: 2 },
  JSON.parse('{"list":[],"__proto__":1}') as unknown,
];

test('says the same of a value before the schema is compiled and after', () => {
  const [used, fresh] = [schema(), schema()];
  for (let i = 0; i < 200; i++) {
    for (const value of [good, ...faulty]) {
      const { success, data, error } = checkAgainst(used, value);
      const expected = fresh.safeParse(value);
      expect([success, data]).toEqual([expected.success, expected.data]);
      expect(error?.issues).toEqual(expected.error?.issues);
    }
  }
});

test('lets a schema be compiled once it has checked enough, or something long', () => {
  for (const [weight, times] of [
    [1, 100],
    [1_000, 0],
  ] as const) {
    const object = schema();
    const seen: (boolean | undefined)[] = [];
    const parse = object.safeParse.bind(object);
    object.safeParse = (value, context) => {
      seen.push(context?.jitless);
      return parse(value, context);
    };
    for (let i = 0; i < 102; i++) checkAgainst(object, good, weight);
    expect(seen.filter((jitless) => jitless === true)).toHaveLength(times);
    expect(seen.at(-1)).toBeUndefined();
  }
});
