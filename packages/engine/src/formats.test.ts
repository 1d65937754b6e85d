import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Key, Order, Value } from '@mapreduce/sdk';
import { nodeCodec, nodeDigest } from '@mapreduce/service/node';
import { MemoryDisk } from '@mapreduce/service/virtual';
import { SegmentFormat } from './blocks/segment-format.ts';
import { ByteWriter } from './codec/byte-writer.ts';
import { toHex } from './codec/hex.ts';
import { KeyCodec } from './codec/keys.ts';
import { encodeValue } from './codec/values.ts';
import { MapIndex } from './segments/index-file.ts';
import { encodeStreamHeader } from './segments/stream.ts';

/** Its tables without the padding of their columns. */
const page = readFileSync(new URL('../../../docs/formats.md', import.meta.url), 'utf8').replaceAll(
  /^\|.*$/gm,
  (row) => row.replaceAll(/ {2,}/g, ' '),
);
const spaced = (bytes: Uint8Array) => toHex(bytes).replaceAll(/..(?!$)/g, '$& ');

function encodedKey(key: Key, order: readonly Order[]): string {
  const writer = new ByteWriter();
  new KeyCodec({ order }).encode(key, writer);
  return spaced(writer.copy());
}

function encodedValue(value: Value): string {
  const writer = new ByteWriter();
  encodeValue(value, writer);
  return spaced(writer.copy());
}

/** The bytes of a segment with the record ("word" → 3). */
function segment(format: 'binary' | 'json'): Uint8Array {
  const file = new MemoryDisk().sync.create('/segment');
  const keys = new KeyCodec({ order: [] });
  const ports = { codec: nodeCodec, digest: nodeDigest };
  const writer = new SegmentFormat({ format, compression: 'none' }, keys, ports).writer(file);
  const record = Uint8Array.of(5, 0x02, 0x77, 0x6f, 0x72, 0x64, 1, 0x83);
  writer.append(record, 0, record.length);
  const bytes = new Uint8Array(writer.finish().length);
  file.read(bytes, 0);
  return bytes;
}

describe('docs/formats.md', () => {
  it.each<[string, Key, readonly Order[]]>([
    ['`1` | ', 1, []],
    ['`-1` | ', -1, []],
    ['`"é"` | ', 'é', []],
    ['`"a"` | descending ', 'a', ['descending']],
    ['bytes 0, 255 | ', Uint8Array.of(0, 255), []],
    ['`["a\\0", 1]` | ascending, descending ', ['a\0', 1], ['ascending', 'descending']],
  ])('gives the encoding of the key %s', (row, key, order) => {
    expect(page).toContain(`| ${row}| \`${encodedKey(key, order)}\` |`);
  });

  it.each<[string, Value]>([
    ['`null` is', null],
    ['`true` is', true],
    ['`5` is', 5],
    ['`300` is', 300],
    ['`-1` is', -1],
    ['`0.5` is', 0.5],
    ['`"é"` is', 'é'],
    ['bytes 0, 255 are', Uint8Array.of(0, 255)],
    ['`[1,"a"]` is', [1, 'a']],
    ['`{"a":null}` is', { a: null }],
  ])('says what the value %s', (phrase, value) => {
    expect(page).toContain(`| ${phrase} \`${encodedValue(value)}\` |`);
  });

  it('gives the magic numbers', () => {
    const index = MapIndex.build('binary', [emptySummary], {
      codec: nodeCodec,
      digest: nodeDigest,
    });
    const stream = encodeStreamHeader({ partition: 0, partitions: 1, segments: 1 });
    expect(page).toContain(`Preamble: \`${spaced(segment('binary').slice(0, 8))}\``);
    expect(page).toContain(`| 0 | 8 | \`${spaced(index.encode().slice(0, 8))}\` |`);
    expect(page).toContain(`| 0 | 8 | \`${spaced(stream.slice(0, 8))}\` |`);
  });

  it('shows a JSON segment as it is', () => {
    const [preamble, ...block] = new TextDecoder().decode(segment('json')).trim().split('\n');
    expect(page).toContain(`\n    ${preamble ?? ''}\n`);
    expect(page).toContain(`\n${block.map((line) => `    ${line}\n`).join('')}`);
  });
});

const emptySummary = {
  records: 0,
  length: 0,
  storedDigest: nodeDigest.of(new Uint8Array()),
  contentDigest: nodeDigest.of(new Uint8Array()),
};
