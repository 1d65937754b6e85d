import { expect, test } from '@jest/globals';
import { MemoryDisk } from '@mapreduce/testing';
import { SpoolFile } from './spool-file.ts';

test('holds small and large pieces one after the other', async () => {
  const disk = new MemoryDisk();
  const spool = new SpoolFile(disk.async, '/segments');
  const pieces = [10, 300_000, 7, 200_000, 100_000].map((length, at) =>
    new Uint8Array(length).fill(at),
  );
  for (const piece of pieces) await spool.append(piece);
  await spool.flush();
  await spool.close();
  expect(Buffer.compare(await disk.async.read('/segments'), Buffer.concat(pieces))).toBe(0);
  expect(spool.position).toBe(600_017);
});

test.each([1_000, 300_000])('pieces of %i bytes that find no room are an error', async (length) => {
  const disk = new MemoryDisk();
  disk.setCapacity(length - 1);
  const spool = new SpoolFile(disk.async, '/segments');
  const written = async () => {
    await spool.append(new Uint8Array(length));
    await spool.flush();
  };
  await expect(written()).rejects.toMatchObject({ name: 'DiskError', code: 'ENOSPC' });
  await spool.close();
});
