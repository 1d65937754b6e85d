import { afterAll, describe, expect, it } from '@jest/globals';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ledger, revisionOf, type LedgerEntry } from './ledger.ts';
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

it('results hold until a source changes that the shares run', () => {
  const root = join(directory, 'sources');
  const revisionWith = (name: string) => {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    appendFileSync(join(root, name), 'export {};\n');
    return revisionOf(root);
  };
  const first = revisionWith('packages/engine/src/map.ts');
  expect(revisionWith('packages/operator/src/policies/scale.ts')).toBe(first);
  expect(revisionWith('packages/cli/src/kubernetes/logs.ts')).toBe(first);
  expect(revisionWith('packages/engine/src/map.test.ts')).toBe(first);
  const second = revisionWith('packages/cli/src/run.ts');
  const third = revisionWith('e2e/chaos/main.ts');
  expect(new Set([first, second, third, revisionWith('package-lock.json')]).size).toBe(4);
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
