import { expect, test } from '@jest/globals';
import type { ProgramDescription } from '@mapreduce/protocol';
import type { Key, Value } from '@mapreduce/sdk';
import { ByteWriter } from '../codec/byte-writer.ts';
import { pairWriterOf } from './pair-writers.ts';

type Writer = ProgramDescription['writer'];

function written(writer: Writer, key: Key, value: Value): string {
  const target = new ByteWriter();
  pairWriterOf(writer)(key, value, target);
  return new TextDecoder().decode(target.copy());
}

const text: Writer = { kind: 'text' };
const ndjson: Writer = { kind: 'ndjson' };
const fixed: Writer = { kind: 'fixed', length: 4 };
const bytes = Uint8Array.of(1, 2, 0xff);

test.each<[Writer, Key, Value, string]>([
  [text, 'é', 'a\tb', 'é\ta\tb\n'],
  [text, 1.5, -0, '1.5\t0\n'],
  [text, bytes, bytes, 'AQL/\tAQL/\n'],
  [text, ['a', 1, bytes], { x: [null, true, bytes] }, '["a",1,"AQL/"]\t{"x":[null,true,"AQL/"]}\n'],
  [text, '', '', '\t\n'],
  [text, 'nan', NaN, 'nan\tNaN\n'],
  [ndjson, 'a\nb', { n: 1 }, '{"key":"a\\nb","value":{"n":1}}\n'],
  [ndjson, ['a', 2], null, '{"key":["a",2],"value":null}\n'],
  [fixed, Uint8Array.of(0x61), Uint8Array.of(0x62, 0x63, 0x64), 'abcd'],
  [fixed, 'é', 'xy', 'éxy'],
])('%j writes %j, %j', (writer, key, value, expected) => {
  expect(written(writer, key, value)).toBe(expected);
});

test.each<[Writer, Key, Value, string]>([
  [text, 'a\nb', 1, 'a key that holds a line feed'],
  [text, 'a\tb', 1, 'a key that holds a tab'],
  [text, 'a', 'x\ny', 'a value that holds a line feed'],
  [text, 'a', undefined as never, 'undefined as value, which JSON cannot say'],
  [fixed, 'ab', 'abc', 'a key and a value of together 5 bytes; the fixed writer expects 4'],
  [fixed, 'ab', 12, 'the number 12 as value; the fixed writer expects bytes or strings'],
])('%j refuses %j, %j', (writer, key, value, message) => {
  expect(() => written(writer, key, value)).toThrow(message);
});
