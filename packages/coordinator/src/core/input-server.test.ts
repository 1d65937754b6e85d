import { expect, test } from '@jest/globals';
import { listInputs } from '@mapreduce/storage';
import { nodeDigest } from '@mapreduce/service/node';
import { MemoryDisk } from '@mapreduce/testing';
import { serveInput } from './input-server.ts';

const web = { request: () => Promise.reject(new Error('no web here')) };

async function world() {
  const memory = new MemoryDisk();
  await memory.async.write('/a', new TextEncoder().encode('0123456789'));
  const inputs = [
    { kind: 'path', path: '/a', shared: false } as const,
    { kind: 'text', text: 'inline' } as const,
  ];
  const ports = { disk: memory.async, web, digest: nodeDigest };
  const listed = await listInputs(inputs, ports);
  const serve = serveInput(memory.async, Promise.resolve(listed));
  const get = async (input: string, start: string, end: string, version?: string) => {
    const known = listed[Number(input)]?.version ?? '';
    const query = { input, start, end, version: version ?? known };
    const { length, chunks } = await serve({ query });
    let text = '';
    for await (const chunk of chunks) text += new TextDecoder().decode(chunk);
    expect(text.length).toBe(length);
    return text;
  };
  return { memory, get };
}

test('ranges of files and of text are served', async () => {
  const { get } = await world();
  expect(await get('0', '2', '5')).toBe('234');
  expect(await get('0', '10', '10')).toBe('');
  expect(await get('1', '0', '6')).toBe('inline');
});

test.each([
  ['2', '0', '1', undefined, 'NOT_FOUND'],
  ['../a', '0', '1', undefined, 'BAD_REQUEST'],
  ['0', '-1', '1', undefined, 'BAD_REQUEST'],
  ['0', '1e1', '11', undefined, 'BAD_REQUEST'],
  ['0', '5', '4', undefined, 'RANGE_NOT_SATISFIABLE'],
  ['0', '0', '11', undefined, 'RANGE_NOT_SATISFIABLE'],
  ['0', '0', '1', 'older', 'INPUT_CHANGED'],
])('input %s from %s to %s of version %s is refused', async (input, start, end, version, code) => {
  const { get } = await world();
  await expect(get(input, start, end, version)).rejects.toMatchObject({ code });
});

test('a file that changed or went is told from one that did not', async () => {
  const { memory, get } = await world();
  await memory.async.remove('/a');
  await expect(get('0', '0', '1')).rejects.toMatchObject({ code: 'INPUT_CHANGED' });
  await memory.async.write('/a', new Uint8Array(11));
  await expect(get('0', '0', '1')).rejects.toMatchObject({ code: 'INPUT_CHANGED' });
});
