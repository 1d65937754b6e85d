import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { nodeDigest, nodeDisk } from '@mapreduce/service/node';
import { MemoryDisk } from '@mapreduce/testing';
import type { Input } from '@mapreduce/protocol';
import { listInputs } from './list-inputs.ts';
import { webOf } from './fixtures/web-server.ts';

const text = new TextEncoder().encode('hello');
let memory: MemoryDisk;

function list(inputs: Input[]) {
  const web = webOf({
    'http://host/a': { bytes: text, tag: '"1"' },
    'http://host/no-ranges': { bytes: text, tag: '"2"', ranges: false },
    'http://host/no-length': { bytes: text, ranges: false, length: false },
    'http://host/empty': { bytes: new Uint8Array(0), tag: '"3"' },
  });
  return listInputs(inputs, { disk: memory.async, web, digest: nodeDigest });
}

beforeEach(async () => {
  memory = new MemoryDisk({ wall: () => 7 });
  await memory.async.makeDirectory('/in/sub');
  for (const path of ['/in/b', '/in/a', '/in/.hidden', '/in/_SUCCESS', '/in/sub/c', '/in/z']) {
    await memory.async.write(path, text);
  }
});

describe('inputs', () => {
  test('of a directory are its files in name order, hidden ones left out', async () => {
    const found = await list([{ kind: 'path', path: '/in', shared: true }]);
    expect(found.map(({ name }) => name)).toEqual(['/in/a', '/in/b', '/in/sub/c', '/in/z']);
    expect(found[0]).toEqual({
      source: { kind: 'file', path: '/in/a' },
      name: '/in/a',
      size: 5,
      version: '7 5',
      cuttable: true,
    });
  });

  test('that are not shared are served by the coordinator, by number', async () => {
    const found = await list([
      { kind: 'http', url: 'http://host/a' },
      { kind: 'path', path: '/in/a', shared: false },
      { kind: 'text', text: 'inline' },
      { kind: 'path', path: '/in/b', shared: true },
      { kind: 'text', text: 'more', name: 'notes' },
    ]);
    expect(found.map(({ source }) => source)).toEqual([
      { kind: 'http', url: 'http://host/a' },
      { kind: 'coordinator', input: 1 },
      { kind: 'coordinator', input: 2 },
      { kind: 'file', path: '/in/b' },
      { kind: 'coordinator', input: 4 },
    ]);
    expect(found[1]?.served).toEqual({ kind: 'path', path: '/in/a' });
    expect(found[2]).toMatchObject({ name: 'text', size: 6, served: { kind: 'text' } });
    expect(found[4]).toMatchObject({ name: 'notes', size: 4 });
  });

  test('that are generated have the size of what will be made', async () => {
    const data = { kind: 'teragen', records: 3 } as const;
    expect(await list([{ kind: 'generated', data }])).toMatchObject([
      { source: { kind: 'generated', data }, name: '3 records of teragen', size: 300 },
    ]);
  });

  test('of the web have the size and the tag that the server says', async () => {
    const urls = ['http://host/a', 'http://host/no-ranges', 'http://host/empty'];
    const found = await list(urls.map((url) => ({ kind: 'http', url })));
    expect(found.map(({ size, version, cuttable }) => ({ size, version, cuttable }))).toEqual([
      { size: 5, version: '"1" 5', cuttable: true },
      { size: 5, version: '"2" 5', cuttable: false },
      { size: 0, version: '"3" 0', cuttable: true },
    ]);
  });

  test('that are no regular files are refused, in a directory too', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'list-inputs-'));
    execFileSync('mkfifo', [join(directory, 'pipe')]);
    const refused = [
      [join(directory, 'pipe'), 'pipe: not a regular file; save'],
      [directory, 'pipe: not a regular file; save'],
      ['/dev/zero', 'input /dev/zero: not a regular file; save'],
      ['/proc/self/status', 'input /proc/self/status: says that it is empty, and is not'],
    ] as const;
    const ports = { disk: nodeDisk, web: webOf({}), digest: nodeDigest };
    for (const [path, says] of refused) {
      await expect(listInputs([{ kind: 'path', path, shared: true }], ports)).rejects.toThrow(says);
    }
    rmSync(directory, { recursive: true });
  });

  test.each<[Input, string]>([
    [{ kind: 'path', path: '/in/none', shared: true }, 'input /in/none: no such file or directory'],
    [{ kind: 'http', url: 'http://host/none' }, 'the server answered with status 404'],
    [{ kind: 'http', url: 'ftp://host/a' }, 'input ftp://host/a: expected an http or https URL'],
    [{ kind: 'http', url: 'http://host/no-length' }, 'does not say how long it is'],
  ])('%j is refused', async (input, message) => {
    await expect(list([input])).rejects.toThrow(message);
  });
});
