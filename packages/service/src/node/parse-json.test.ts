import { describe, expect, test } from '@jest/globals';
import { parseJson } from './parse-json.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const members = (count: number) => Array.from({ length: count }, (_, i) => `"${i}":0`).join();
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('parseJson', () => {
  test('parses wide lists, and objects of 1,024 members in them', () => {
    const text = `[{${members(1_024)}},[${'0,'.repeat(5_000)}0],{}]`;
    expect(parseJson(bytes(text))).toEqual(JSON.parse(text));
  });

  test.each(['{"a":[1,"é",null]}', '"[[[[\\"[["', nested(32), `[${'[],'.repeat(100)}1]`])(
    'parses %s',
    (text) => {
      expect(parseJson(bytes(text))).toEqual(JSON.parse(text));
    },
  );

  test.each([
    ['33 levels', bytes(nested(33))],
    ['levels that never close', bytes('{"a":'.repeat(33))],
    ['levels after a string with quotes', bytes(`["\\"[",${nested(32)}]`)],
    ['bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['a byte-order mark', Uint8Array.of(0xef, 0xbb, 0xbf, 0x30)],
    ['1,025 members', bytes(`[0,{${members(1_025)}}]`)],
    ['what is no JSON', bytes('{"a":')],
    ['nothing', bytes('')],
  ])('refuses %s', (_what, text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  test('refuses 16 MiB of brackets before they are parsed: none is closed', () => {
    expect(() => parseJson(bytes('['.repeat(2 ** 24)))).toThrow('nests more than 32 deep');
  });
});
