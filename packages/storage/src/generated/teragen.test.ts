import { describe, expect, it } from '@jest/globals';
import { RecordGenerator, RECORD_BYTES } from './teragen.ts';

function generate(count: number, from = 0): Uint8Array {
  const records = new Uint8Array(count * RECORD_BYTES);
  new RecordGenerator(from).fill(records);
  return records;
}

describe('RecordGenerator', () => {
  it("begins with Jim Gray's name", () => {
    const record = Buffer.from(generate(1));
    expect(record.toString('latin1', 0, 10)).toBe('JimGrayRIP');
    expect(record.toString('latin1', 12, 44)).toBe('0'.repeat(32));
    expect(record.toString('latin1', 48, 96)).toBe(
      '222200002222000022220000222200002222000000001111',
    );
    expect(record.toString('hex', 96)).toBe('ccddeeff');
  });

  it.each([0, 1, 2, 777])('starts at record %d as if it had written all before', (from) => {
    const all = generate(from + 3);
    expect(generate(3, from)).toEqual(all.subarray(from * RECORD_BYTES));
  });
});
