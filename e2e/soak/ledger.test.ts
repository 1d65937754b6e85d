import { afterAll, describe, expect, it } from '@jest/globals';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ledger, type LedgerEntry } from './ledger.ts';
import { shares } from './shares.ts';

const directory = mkdtempSync(join(tmpdir(), 'soak-ledger-'));
afterAll(() => rmSync(directory, { recursive: true }));

const entry: LedgerEntry = {
  ...{ time: '2026-01-01T00:00:00.000Z', revision: 'abc', share: 'fuzz', chunk: 3, units: 50_000 },
  ...{ passed: 50_000, failed: 0, sound: true, seconds: 12.5, figures: { slowestMs: 7 } },
};

describe('the ledger', () => {
  it('gives back what was appended, without a line that was cut off', () => {
    const path = join(directory, 'ledger.jsonl');
    const ledger = new Ledger(path);
    expect(ledger.read()).toEqual([]);
    ledger.append(entry);
    ledger.append({ ...entry, chunk: 4 });
    appendFileSync(path, '{"time":"2026');
    expect(ledger.read().map(({ chunk }) => chunk)).toEqual([3, 4]);
  });
});

describe('the shares', () => {
  it('are of the full figures', () => {
    const units = shares.map(({ name, chunks }) => [
      name,
      chunks.reduce((sum, chunk) => sum + chunk.units, 0),
    ]);
    expect(Object.fromEntries(units)).toMatchObject({
      ...{ fuzz: 1_000_000, integrity: 100_000, leak: 200, simulation: 200_000 },
    });
  });
});
