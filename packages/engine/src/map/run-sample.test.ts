import { expect, test } from '@jest/globals';
import { defineJob, rangePartition } from '@mapreduce/sdk';
import { nodeCodec, nodeDigest } from '@mapreduce/service/node';
import { MemoryDisk } from '@mapreduce/service/virtual';
import { aJobSettings, aPlan, aSplit, BytesSource } from '@mapreduce/testing';
import { describeProgram } from '../program/describe.ts';
import type { AnyJob } from '../tasks.ts';
import { runSample } from './run-sample.ts';

const job: AnyJob = defineJob({
  partition: rangePartition(),
  map: (line, emit) => emit(line, 1),
}) as never;

async function sample(text: string, records: number): Promise<readonly Uint8Array[]> {
  const bytes = new TextEncoder().encode(text);
  const run = {
    job,
    settings: aJobSettings(),
    plan: aPlan({ description: describeProgram(job) }),
    split: aSplit({ start: 0, end: bytes.length, size: bytes.length }),
    source: new BytesSource(bytes),
    directory: '/sample',
    onProgress: () => undefined,
  };
  const disk = new MemoryDisk().sync;
  return runSample(run, records, { disk, codec: nodeCodec, digest: nodeDigest });
}

test('a sample is the first keys, as many as were asked for', async () => {
  const keys = await sample('b\na\nc\nd', 3);
  expect(keys.map((key) => new TextDecoder().decode(key.subarray(1)))).toEqual(['b', 'a', 'c']);
});

test('long keys are cut off, and no sample outgrows a message', async () => {
  const keys = await sample(`${'x'.repeat(3_000)}\n`.repeat(6_000), 100_000);
  const bytes = keys.reduce((sum, { length }) => sum + length, 0);
  expect(keys[0]).toHaveLength(1_024);
  expect(bytes).toBe(4 * 2 ** 20);
});
