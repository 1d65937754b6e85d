import { beforeEach, describe, expect, test } from '@jest/globals';
import { DiskError } from '@mapreduce/service';
import { nodeDigest } from '@mapreduce/service/node';
import { OutputLayout, prepareOutput, toHex } from '@mapreduce/storage';
import {
  aDigest,
  anAttempt,
  anEpoch,
  aReduceManifest,
  aStream,
  MemoryDisk,
  type MemoryDiskOptions,
  SeededRandom,
} from '@mapreduce/testing';
import { PartCommits } from './part-commits.ts';

const layout = new OutputLayout('/out', 'job-1');
const bytes = new TextEncoder().encode('hello');
const sha256 = toHex(nodeDigest.of(bytes));
const manifest = aReduceManifest({ files: [{ name: 'part-00001', length: 5, sha256 }] });
const attempt = anAttempt('reduce', 1, 0);

const checkInCharge = () => Promise.resolve();

let memory: MemoryDisk;
let parts: PartCommits;

function newParts(): PartCommits {
  const job = {
    job: 'job-1',
    jobDigest: aDigest(),
    epoch: () => anEpoch(),
    fsync: true,
    reducers: 2,
    checkInCharge,
  };
  const random = new SeededRandom(1);
  return new PartCommits({ layout, ...job }, { disk: memory.async, digest: nodeDigest, random });
}

function upload(file: string, body = aStream(bytes), by: string = attempt) {
  return parts.receive({ query: { attempt: by, file }, body });
}

const fits = () => true;

beforeEach(() => begin());

async function begin(options: MemoryDiskOptions = {}): Promise<void> {
  memory = new MemoryDisk(options);
  parts = newParts();
  await prepareOutput(memory.async, layout, {
    overwrite: false,
    nonce: 'n',
    token: '0',
    checkInCharge,
  });
}

describe('an uploaded part', () => {
  test('is committed under its final name, by a coordinator that restarted in between too', async () => {
    await upload('part-00001');
    await upload('part-00001');
    parts = newParts();
    const record = await parts.commitUploaded(attempt, manifest, fits);
    expect(record?.attempt).toBe(attempt);
    expect(await memory.async.read('/out/part-00001')).toEqual(bytes);
    expect(await parts.committed(1)).toEqual(record);
  });

  test('of a second attempt loses to the first, even at the same time', async () => {
    const second = anAttempt('reduce', 1, 1);
    await upload('part-00001');
    await upload('part-00001', aStream(bytes), second);
    const records = await Promise.all([
      parts.commitUploaded(second, manifest, fits),
      parts.commitUploaded(attempt, manifest, fits),
    ]);
    expect(records.map((record) => record?.attempt)).toEqual([second, second]);
  });

  test('that was linked by who died before it was durable is so when that is said', async () => {
    let dies = false;
    const before = (operation: string, path: string) => {
      const isAt = operation === 'fsyncDirectory' && path === layout.commits;
      if (dies && isAt) throw new DiskError('EIO', path, 'dies');
    };
    await begin({ before });
    await upload('part-00001');
    dies = true;
    await expect(parts.commitUploaded(attempt, manifest, fits)).rejects.toThrow('dies');
    dies = false;
    parts = newParts();
    const record = await parts.commitUploaded(attempt, manifest, fits);
    memory.crash('/');
    expect(await parts.committed(1)).toEqual(record);
  });

  test.each([
    ['too short', bytes.subarray(1)],
    ['of other bytes', bytes.map((byte) => byte ^ 1)],
  ])('that is %s is refused, and changes nothing', async (_what, other) => {
    await upload('part-00001', aStream(other));
    const refused = { code: 'BAD_REQUEST' };
    await expect(parts.commitUploaded(attempt, manifest, fits)).rejects.toMatchObject(refused);
    parts = newParts();
    await expect(parts.commitUploaded(attempt, manifest, fits)).rejects.toMatchObject(refused);
    expect(await parts.committed(1)).toBeUndefined();
    await upload('part-00001');
    expect((await parts.commitUploaded(attempt, manifest, fits))?.attempt).toBe(attempt);
  });

  test('that no longer fits is not committed, but who has won stays so', async () => {
    const second = anAttempt('reduce', 1, 1);
    await upload('part-00001');
    await upload('part-00001', aStream(bytes), second);
    expect(await parts.commitUploaded(attempt, manifest, () => false)).toBeUndefined();
    expect(await parts.committed(1)).toBeUndefined();
    await parts.commitUploaded(second, manifest, fits);
    expect((await parts.commitUploaded(attempt, manifest, () => false))?.attempt).toBe(second);
  });

  test('that breaks off leaves no file', async () => {
    const body = { ...aStream(bytes), length: 6 };
    await expect(upload('part-00001', body)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(await memory.async.list(layout.attempt(attempt))).toEqual([]);
  });

  test.each([
    ['..', attempt],
    ['part-00000', attempt],
    ['_SUCCESS', attempt],
    ['part-00001/../../x', attempt],
    ['part-00001-', anAttempt('map', 1)],
    ['part-00002', anAttempt('reduce', 2)],
    ['part-00001', '../../etc'],
  ])('named %s of attempt %s is refused', async (file, by) => {
    const before = memory.files('/');
    const refused = { code: 'BAD_REQUEST' };
    await expect(upload(file, aStream(bytes), by)).rejects.toMatchObject(refused);
    expect(memory.files('/')).toEqual(before);
  });
});

test('a commit record of another job in the same place is an error', async () => {
  await upload('part-00001');
  await parts.commitUploaded(attempt, manifest, fits);
  const foreign = { layout, job: 'job-1', jobDigest: aDigest('b') };
  const options = { ...foreign, epoch: () => anEpoch(), fsync: true, reducers: 2, checkInCharge };
  const random = new SeededRandom(1);
  const other = new PartCommits(options, { disk: memory.async, digest: nodeDigest, random });
  await expect(other.committed(1)).rejects.toThrow('is of another job, or of other settings');
});
