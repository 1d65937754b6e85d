import type { Key, KeyPart, Value } from '@mapreduce/sdk';
import fc from 'fast-check';

/** Names and strings that have broken others' systems, and ordinary ones. */
export const text = fc.oneof(
  fc.constantFrom(
    '',
    '__proto__',
    'constructor',
    'toString',
    '0',
    '10',
    '9',
    'é',
    '😀',
    '\0',
    'a\0',
  ),
  fc.constantFrom('$bytes', '$number', '$object', 'toJSON', '\ufeffbom', '\u{10ffff}', '\uffff'),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 90 }),
);

export const number = fc.oneof(
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 127, 128, 2 ** 32 - 1, 2 ** 32, -(2 ** 32)),
  fc.constantFrom(-1, 5e-324, Number.MAX_SAFE_INTEGER, -(2 ** 32) - 1, 2 ** 53, -1.5, 1e308),
  fc.integer(),
  fc.double(),
);

export const bytes = fc
  .uint8Array({ maxLength: 40 })
  // A few values, so that zero bytes, their escapes and common prefixes come often.
  .chain((array) =>
    fc.constantFrom(
      array,
      array.map((byte) => [0, 1, 0xfe, 0xff][byte % 4] ?? 0),
    ),
  );

export const keyPart: fc.Arbitrary<KeyPart> = fc.oneof(text, number, bytes);
export const key: fc.Arbitrary<Key> = fc.oneof(keyPart, fc.array(keyPart, { maxLength: 4 }));

export const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    number,
    text,
    bytes,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(text, tie('value')), { maxLength: 4 }).map(plainObject),
  ),
})).value;

/** An object with these own properties, `__proto__` included. */
export function plainObject(entries: readonly (readonly [string, Value])[]): Value {
  const object = {};
  for (const [name, item] of entries) {
    const property = { value: item, writable: true, enumerable: true, configurable: true };
    Object.defineProperty(object, name, property);
  }
  return object;
}
