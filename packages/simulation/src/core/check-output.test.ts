import { beforeEach, expect, test } from '@jest/globals';
import { nodeCodec, nodeDigest } from '@mapreduce/service/node';
import { differences } from './check-output.ts';
import { World } from './world/world.ts';

const expected = { program: 'count', inputs: [{ name: 'a', text: 'a b a' }], reducers: 1 } as const;
let world: World;

async function output(files: Readonly<Record<string, string>>): Promise<string[]> {
  world.disk.sync.makeDirectory('/out');
  for (const [name, text] of Object.entries(files)) {
    await world.disk.async.write(`/out/${name}`, new TextEncoder().encode(text));
  }
  return differences(world, '/out', expected);
}

beforeEach(() => {
  world = new World(1, { codec: nodeCodec, digest: nodeDigest });
});

test('the right output has no differences', async () => {
  expect(await output({ 'part-00000': 'a\t2\nb\t1\n', _SUCCESS: '' })).toEqual([]);
});

test('of a program that is cut anywhere, only all parts in order are known', async () => {
  const parts = { 'part-00000': 'a\t2\n', 'part-00001': '', 'part-00002': 'b\t1\n' };
  const given = { ...expected, program: 'ranges', reducers: 3 } as const;
  await output({ ...parts, _SUCCESS: '' });
  expect(await differences(world, '/out', given)).toEqual([]);
  expect(await differences(world, '/out', { ...given, reducers: 2 })).toEqual([
    expect.stringContaining('parts: part-00000,part-00001,part-00002, not'),
  ]);
  const other = { ...given, inputs: [{ name: 'a', text: 'a b b' }] };
  expect(await differences(world, '/out', other)).toEqual([
    expect.stringContaining('all parts: line 1 is'),
  ]);
});

test.each([
  ['a wrong count', { 'part-00000': 'a\t3\nb\t1\n', _SUCCESS: '' }, 'part-00000: line 1 is'],
  ['a missing line', { 'part-00000': 'a\t2\n', _SUCCESS: '' }, 'part-00000: line 2 is'],
  [
    'a line too many',
    { 'part-00000': 'a\t2\nb\t1\nb\t1\n', _SUCCESS: '' },
    'part-00000: line 3 is',
  ],
  ['a missing part', { _SUCCESS: '' }, 'part-00000: cannot open'],
  [
    'a part too many',
    { 'part-00000': 'a\t2\nb\t1\n', 'part-00001': '', _SUCCESS: '' },
    'part-00001: not',
  ],
  ['no _SUCCESS', { 'part-00000': 'a\t2\nb\t1\n' }, '_SUCCESS: missing'],
])('%s is found', async (_what, files, problem) => {
  expect(await output(files)).toEqual([expect.stringContaining(problem)]);
});
