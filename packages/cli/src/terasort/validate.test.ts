import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RecordGenerator, RECORD_BYTES } from '@mapreduce/storage';
import { validateSorted } from './validate.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'validate-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function sorted(count: number): Buffer[] {
  const all = Buffer.alloc(count * RECORD_BYTES);
  new RecordGenerator().fill(all);
  const records = Array.from({ length: count }, (_, i) =>
    all.subarray(i * RECORD_BYTES, (i + 1) * RECORD_BYTES),
  );
  return records.sort((a, b) => a.compare(b));
}

function write(name: string, records: readonly Buffer[]): string {
  writeFileSync(join(directory, name), Buffer.concat(records));
  return name;
}

describe('validateSorted', () => {
  it('accepts records in order across files, and gives their checksum', () => {
    const records = sorted(1_000);
    const files = [write('part-0', records.slice(0, 400)), write('part-1', records.slice(400))];
    expect(validateSorted(directory, files)).toEqual({
      records: 1_000,
      checksum: '1f9ffe645ec',
      duplicateKeys: 0,
      fault: undefined,
    });
  });

  it('names the record that is out of order inside a file', () => {
    const [a, b, c] = sorted(3) as [Buffer, Buffer, Buffer];
    const { fault } = validateSorted(directory, [write('part-0', [a, c, b])]);
    expect(fault).toBe(`${join(directory, 'part-0')}: the record at byte 200 is out of order`);
  });

  it('finds disorder across two files', () => {
    const [a, b] = sorted(2) as [Buffer, Buffer];
    const { fault } = validateSorted(directory, [write('part-0', [b]), write('part-1', [a])]);
    expect(fault).toContain('part-1: the record at byte 0 is out of order');
  });

  it('counts keys that come twice', () => {
    const [a] = sorted(1) as [Buffer];
    expect(validateSorted(directory, [write('part-0', [a, a, a])]).duplicateKeys).toBe(2);
  });

  it('refuses half a record', () => {
    const [a, b] = sorted(2) as [Buffer, Buffer];
    const { fault } = validateSorted(directory, [write('part-0', [a, b.subarray(0, 50)])]);
    expect(fault).toContain('150 bytes are not whole records of 100');
  });
});
