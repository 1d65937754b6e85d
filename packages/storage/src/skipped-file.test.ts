import { beforeEach, describe, expect, test } from '@jest/globals';
import { nodeDigest } from '@mapreduce/service/node';
import { aDigest, anAttempt, MemoryDisk } from '@mapreduce/testing';
import { OutputLayout } from './layout.ts';
import {
  skippedFault,
  writeSkipped,
  type SkippedLine,
  type SkippedSummary,
} from './skipped-file.ts';
import { describeSuccess, encodeSuccess } from './success.ts';
import { verifyOutput } from './verify.ts';

const layout = new OutputLayout('/out', 'job-1');
const line = (offset: number): SkippedLine => ({
  ...{ file: 'a.txt', offset, length: 3, message: 'ä\n', record: 'YWIK' },
});

let memory: MemoryDisk;

function write(...offsets: number[]): Promise<SkippedSummary | undefined> {
  const options = { fsync: true, token: '0' };
  return writeSkipped(memory.async, nodeDigest, layout, offsets.map(line), options);
}

function fault(expected: SkippedSummary | undefined): Promise<string | undefined> {
  return skippedFault(memory.async, nodeDigest, layout, expected);
}

beforeEach(async () => {
  memory = new MemoryDisk();
  await memory.async.makeDirectory(layout.jobDirectory);
});

describe('the file of skipped records', () => {
  test('has a line a record, and is durable before it is told of', async () => {
    await memory.async.fsyncDirectory('/out/_mapreduce');
    await memory.async.fsyncDirectory('/out');
    await memory.async.fsyncDirectory('/');
    const summary = await write(4, 9);
    memory.crash('/out');
    const text = new TextDecoder().decode(await memory.async.read(layout.skipped));
    expect(text).toBe(
      '{"file":"a.txt","offset":4,"length":3,"message":"ä\\n","record":"YWIK"}\n' +
        '{"file":"a.txt","offset":9,"length":3,"message":"ä\\n","record":"YWIK"}\n',
    );
    expect(summary?.records).toBe(2);
    expect(await fault(summary)).toBeUndefined();
    expect(await memory.async.list(layout.jobDirectory)).toEqual(['skipped.ndjson']);
  });

  test('takes the place of what an earlier life left, until there is a _SUCCESS', async () => {
    await write(4, 9);
    const summary = await write(5);
    expect(await fault(summary)).toBeUndefined();
    await memory.async.write(layout.success, new Uint8Array(1));
    await write(6, 7);
    await write();
    expect(await fault(summary)).toBeUndefined();
  });

  test('is not there where nothing was skipped', async () => {
    await write(4);
    expect(await write()).toBeUndefined();
    expect(await memory.async.list(layout.jobDirectory)).toEqual([]);
    expect(await fault(undefined)).toBeUndefined();
  });

  test('is found missing, unasked for, changed, or of another number of records', async () => {
    expect(await fault({ records: 1, sha256: '0' })).toBe('missing, though records were skipped');
    const summary = await write(4, 9);
    if (summary === undefined) throw new Error('a summary expected');
    expect(await fault(undefined)).toBe('_SUCCESS says that no record was skipped');
    expect(await fault({ ...summary, records: 3 })).toBe('has 2 records, but _SUCCESS says 3');
    memory.corrupt(layout.skipped, 12, 1);
    expect(await fault(summary)).toBe('its sha256 is not the one in _SUCCESS');
  });

  test('and what the maps say are held against each other', async () => {
    const skipped = await write(4, 9);
    const [attempt, contentRoot] = [anAttempt('map'), aDigest('1')];
    const maps = [{ attempt, contentRoot, recordsOut: 0, skipped: 3 }];
    const digests = { jobDigest: aDigest('d'), plan: aDigest('5') };
    const named = { job: 'job-1', ...digests, reducers: 0, deterministic: true };
    const job = { ...named, maps, records: [], skipped };
    const success = encodeSuccess(nodeDigest, describeSuccess(nodeDigest, job));
    await memory.async.write(layout.success, success);
    await memory.async.remove(layout.skipped);
    expect(await verifyOutput(memory.async, nodeDigest, '/out')).toMatchObject({
      findings: [
        '/out/_SUCCESS: maps skipped 3 records, but 2 lie aside',
        `${layout.skipped}: missing, though records were skipped`,
      ],
      skipped: 3,
    });
  });
});
