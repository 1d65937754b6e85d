import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { nodeDigest } from '@mapreduce/service/node';
import { encodeSuccess } from '@mapreduce/storage';
import { aDigest, anAttempt } from '@mapreduce/testing';
import { finishedParts } from './finished-parts.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'finished-parts-'));
  const part = { record: aDigest('a'), consumed: aDigest('b') };
  const success = encodeSuccess(nodeDigest, {
    ...{ version: 1, job: 'job-1', jobDigest: aDigest('c'), plan: aDigest('d') },
    ...{ deterministic: true, consumed: aDigest('b'), maps: [] },
    parts: [0, 1].map((index) => ({ attempt: anAttempt('reduce', index), ...part })),
  });
  writeFileSync(join(directory, '_SUCCESS'), success);
  put('part-00001');
  put('part-00000');
});
afterEach(() => rmSync(directory, { recursive: true }));

function put(name: string): void {
  writeFileSync(join(directory, name), '');
}

it('lists the parts in order, and nothing else', () => {
  put('part-notes.txt');
  expect(finishedParts(directory)).toEqual(['part-00000', 'part-00001']);
});

it('refuses an output that has lost a part: what is left would pass for all of it', () => {
  rmSync(join(directory, 'part-00001'));
  expect(() => finishedParts(directory)).toThrow(/part-00001 is missing/);
});

it('refuses what no job has finished', () => {
  expect(() => finishedParts(join(directory, 'none'))).toThrow('none: no such directory');
  put('_SUCCESS');
  expect(() => finishedParts(directory)).toThrow('_SUCCESS: not what a job writes');
  rmSync(join(directory, '_SUCCESS'));
  expect(() => finishedParts(directory)).toThrow('has no _SUCCESS');
});
