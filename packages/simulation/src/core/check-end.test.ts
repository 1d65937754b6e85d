import { expect, test } from '@jest/globals';
import { nodeCodec, nodeDigest } from '@mapreduce/service/node';
import { endFaults } from './check-end.ts';
import { drawScenario } from './scenario.ts';
import { World } from './world/world.ts';

test.each([
  ['map 1 gave other records. Committed of other records than these: part-00001', true],
  ['part-00001: was made from other map outputs: a map gave different records', true],
  [
    'map 1 gave other records. Committed of other records than these: part-00001, part-00002',
    false,
  ],
  ['map 1 gave other records', false],
  ['map 1 is gone', false],
])('a job with lots may fail where a committed part is in the way: %s', async (cause, may) => {
  const world = new World(1, { codec: nodeCodec, digest: nodeDigest });
  const scenario = drawScenario(1, { program: 'lots', cancelAt: undefined });
  const commits = { wasCommitted: (part: string) => part === 'part-00001' };
  const faults = await endFaults(world, scenario, `failed: ${cause}`, commits);
  expect(faults).toHaveLength(may ? 0 : 1);
});
