import { describe, expect, it } from '@jest/globals';
import { routes, segmentsRequestSchema } from '@mapreduce/protocol';
import { SeededRandom } from '@mapreduce/service/virtual';
import { drawMessage, jsonSchemaOf } from './message.ts';
import { spoil } from './spoil.ts';

const schemas = [
  ...Object.entries(routes).map(([name, { request }]) => ({ name, schema: request })),
  { name: 'segments', schema: segmentsRequestSchema },
];

describe.each(schemas)('messages of $name', ({ schema }) => {
  const json = jsonSchemaOf(schema);

  it('are drawn as their schema accepts them, and spoilt so that it does not', () => {
    for (let seed = 1; seed <= 2_000; seed++) {
      const random = new SeededRandom(seed);
      const drawn = drawMessage(json, random);
      expect(schema.safeParse(drawn.message).error).toBeUndefined();
      const what = spoil(drawn, random);
      const sent: unknown = JSON.parse(JSON.stringify(drawn.message));
      expect({ what, accepted: schema.safeParse(sent).success }).toEqual({ what, accepted: false });
    }
  });
});
