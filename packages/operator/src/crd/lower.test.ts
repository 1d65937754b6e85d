import { describe, expect, it } from '@jest/globals';
import { exactlyOne, kubernetesTraits, ruled } from '@mapreduce/protocol/resource';
import * as z from 'zod';
import { lower } from './lower.ts';

describe('a structural schema', () => {
  it('has types, bounds, defaults and descriptions of the zod schema', () => {
    const schema = z.strictObject({
      name: z.string().min(1).max(9).regex(/^a/).describe('Who.'),
      count: z.int().min(1).max(5).default(3),
      size: z.int().min(0).optional(),
      kind: z.enum(['x', 'y']),
      list: z.array(z.string().max(4)).min(1).max(7),
      part: z.strictObject({ on: z.boolean().default(true) }).prefault({}),
    });
    expect(lower(schema)).toEqual({
      type: 'object',
      required: ['name', 'kind', 'list'],
      properties: {
        name: { type: 'string', minLength: 1, maxLength: 9, pattern: '^a', description: 'Who.' },
        count: { type: 'integer', format: 'int64', minimum: 1, maximum: 5, default: 3 },
        size: { type: 'integer', format: 'int64', minimum: 0 },
        kind: { type: 'string', enum: ['x', 'y'] },
        list: {
          ...{ type: 'array', minItems: 1, maxItems: 7 },
          items: { type: 'string', maxLength: 4 },
        },
        part: {
          ...{ type: 'object', default: {} },
          properties: { on: { type: 'boolean', default: true } },
        },
      },
    });
  });

  it('has optional siblings and a rule where a union excludes', () => {
    const schema = exactlyOne({ a: z.strictObject({}), b: z.boolean() });
    expect(lower(schema)).toEqual({
      type: 'object',
      properties: { a: { type: 'object', properties: {} }, b: { type: 'boolean' } },
      'x-kubernetes-validations': [
        {
          rule: '[has(self.a), has(self.b)].filter(x, x).size() == 1',
          message: 'expected exactly one of a, b',
        },
      ],
    });
  });

  it('carries rules through defaults and optional fields', () => {
    const rule = { cel: 'self > 1', message: 'expected more' };
    const told = { 'x-kubernetes-validations': [{ rule: 'self > 1', message: 'expected more' }] };
    const schema = z.strictObject({
      a: ruled(z.int().min(0), rule).default(2),
      b: ruled(z.int().min(0), rule).optional(),
    });
    expect(lower(schema).properties).toMatchObject({ a: told, b: told });
  });

  it('keeps unknown fields, takes numbers for texts and bounds maps where that is said', () => {
    const quantity = z.union([z.int(), z.string().max(8).regex(/^\d+$/)]);
    quantity.register(kubernetesTraits, { intOrString: true });
    const map = z.record(z.string().max(3), quantity);
    map.register(kubernetesTraits, { maxMembers: 4 });
    const open = z.looseObject({});
    open.register(kubernetesTraits, { keepUnknown: true });
    const list = z.array(z.strictObject({ type: z.string().max(3) })).max(2);
    list.register(kubernetesTraits, { mapKeys: ['type'] });
    expect(lower(z.strictObject({ map, open, list })).properties).toMatchObject({
      map: {
        type: 'object',
        maxProperties: 4,
        additionalProperties: {
          ...{ 'x-kubernetes-int-or-string': true, maxLength: 8, pattern: '^\\d+$' },
        },
      },
      open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      list: { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] },
    });
  });

  it.each([
    ['a string without a greatest length', z.strictObject({ a: z.string() }), /^\.a: a string/],
    ['a list without a bound', z.strictObject({ a: z.array(z.int()) }), /^\.a: a list/],
    ['a map without a bound', z.record(z.string(), z.int()), /^\(root\): a map/],
    ['a union', z.strictObject({ a: z.union([z.int(), z.boolean()]) }), /^\.a: a union/],
    ['anything', z.strictObject({ a: z.array(z.unknown()).max(1) }), /^\.a\[\]: no type/],
  ])('cannot be made of %s', (_, schema, fault) => {
    expect(() => lower(schema)).toThrow(fault);
  });
});
