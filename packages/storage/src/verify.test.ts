import { beforeEach, describe, expect, test } from '@jest/globals';
import { nodeDigest } from '@mapreduce/service/node';
import { aDigest, anAttempt, anEpoch, aReduceManifest, MemoryDisk } from '@mapreduce/testing';
import fc from 'fast-check';
import { commitPart, publishPart } from './commit.ts';
import type { CommitRecord } from './commit-record.ts';
import { readCommitRecords } from './commit-records.ts';
import { consumedDigest } from './consumed.ts';
import { fileDigest } from './file-digest.ts';
import { OutputLayout } from './layout.ts';
import { prepareOutput } from './prepare-output.ts';
import { describeSuccess, encodeSuccess, writeSuccess, type Success } from './success.ts';
import { verifyOutput } from './verify.ts';

const layout = new OutputLayout('/out', 'job-1');
const fsync = true;
const maps: Success['maps'] = [0, 1].map((map) => ({
  attempt: anAttempt('map', map),
  contentRoot: aDigest(String(map)),
  recordsOut: 5,
  skipped: 0,
}));
const consumed = consumedDigest(
  nodeDigest,
  maps.map(({ contentRoot }) => contentRoot),
);

let memory: MemoryDisk;

async function commit(partition: number, parts: Partial<CommitRecord['manifest']> = {}) {
  const attempt = anAttempt('reduce', partition);
  const name = `part-0000${partition}`;
  const directory = layout.attempt(attempt);
  await memory.async.makeDirectory(directory);
  await memory.async.write(`${directory}/${name}`, new TextEncoder().encode(`part ${partition}`));
  const digest = await fileDigest(memory.async, nodeDigest, `${directory}/${name}`);
  const record: CommitRecord = {
    version: 1,
    job: 'job-1',
    jobDigest: aDigest('d'),
    epoch: anEpoch(),
    partition,
    attempt,
    manifest: aReduceManifest({ files: [{ name, ...digest }], recordsIn: 5, consumed, ...parts }),
  };
  const winner = await commitPart(memory.async, layout, record, directory, { fsync });
  await publishPart(memory.async, layout, winner, { fsync });
}

async function finish(): Promise<void> {
  const records = await readCommitRecords(memory.async, layout);
  const job = { job: 'job-1', jobDigest: aDigest('d'), reducers: 2, maps, records };
  const success = describeSuccess(nodeDigest, job);
  await writeSuccess(memory.async, layout, encodeSuccess(nodeDigest, success), {
    fsync,
    token: '0',
  });
}

async function findings(): Promise<readonly string[]> {
  return (await verifyOutput(memory.async, nodeDigest, '/out')).findings;
}

beforeEach(async () => {
  memory = new MemoryDisk();
  const options = {
    overwrite: false,
    nonce: 'n',
    token: '0',
    checkInCharge: () => Promise.resolve(),
  };
  await prepareOutput(memory.async, layout, options);
});

describe('finishing', () => {
  test('is refused while a part has no commit record', async () => {
    await commit(1);
    await expect(finish()).rejects.toThrow('part-00000: has no commit record');
    expect(await findings()).toEqual(['/out/_SUCCESS: missing: no job has finished here']);
  });

  test('is refused while a record has consumed other map outputs', async () => {
    await commit(0);
    await commit(1, { consumed: aDigest('f') });
    await expect(finish()).rejects.toThrow('part-00001: was made from other map outputs');
  });

  test('is durable and leaves no temporary file', async () => {
    await commit(0);
    await commit(1);
    await finish();
    memory.crash('/out');
    expect(await findings()).toEqual([]);
    expect(await memory.async.list(layout.jobDirectory)).toEqual(['attempts', 'commits', 'nonce']);
  });
});

describe('a finished output', () => {
  beforeEach(async () => {
    await commit(0);
    await commit(1);
    await finish();
  });

  test('is found whole, and counted', async () => {
    const verification = await verifyOutput(memory.async, nodeDigest, '/out');
    expect(verification).toEqual({
      findings: [],
      parts: 2,
      files: 2,
      bytes: 12,
      records: 10,
      skipped: 0,
    });
  });

  test('is found damaged whichever byte of a part, a record or _SUCCESS is flipped', async () => {
    const paths = memory.files('/out').filter((path) => !/attempts|nonce/.test(path));
    expect(paths.length).toBe(5);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (path, position, mask) => {
          const { size } = await memory.async.status(path);
          const at = position % size;
          memory.corrupt(path, at, mask);
          expect(await findings()).not.toEqual([]);
          memory.corrupt(path, at, mask);
        },
      ),
      { numRuns: 1_000 },
    );
    expect(await findings()).toEqual([]);
  });

  test.each<[string, () => Promise<void>, string]>([
    [
      'a part is missing',
      () => memory.async.remove('/out/part-00001'),
      '/out/part-00001: missing, though it is committed',
    ],
    [
      'a part is there that nobody committed',
      () => memory.async.write('/out/part-00002', new Uint8Array(1)),
      '/out/part-00002: no commit record names it',
    ],
    [
      'a commit record is missing',
      () => memory.async.remove(layout.commit(0)),
      `${layout.commit(0)}: missing: nothing says what part-00000 holds`,
    ],
    [
      'a part is replaced by a longer one',
      async () => {
        await memory.async.remove('/out/part-00000');
        await memory.async.write('/out/part-00000', new Uint8Array(9));
      },
      '/out/part-00000: has 9 bytes, but its commit record says 6',
    ],
  ])('says so when %s', async (_case, damage, finding) => {
    await damage();
    expect(await findings()).toContain(finding);
  });
});

test('records lost between maps and reduces are found', async () => {
  await commit(0);
  await commit(1, { recordsIn: 4 });
  await finish();
  expect(await findings()).toEqual([
    '/out/_SUCCESS: maps put out 10 records, but reduces took in 9',
  ]);
});
