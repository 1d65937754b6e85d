import { describe, expect, test } from '@jest/globals';
import { DiskError } from '@mapreduce/service';
import { MemoryDisk } from '@mapreduce/testing';
import { makeDurableDirectory } from './durable-directory.ts';

describe('a durable directory', () => {
  test('is there after a power cut, with those above it that were new', async () => {
    const memory = new MemoryDisk();
    await memory.async.makeDirectory('/mnt');
    await memory.async.fsyncDirectory('/');
    await makeDurableDirectory(memory.async, '/mnt/a/b/c');
    memory.crash('/mnt');
    expect(await memory.async.list('/mnt/a/b')).toEqual(['c']);
    await memory.async.makeDirectory('/mnt/a/b/d');
    memory.crash('/mnt');
    expect(await memory.async.list('/mnt/a/b')).toEqual(['c']);
  });

  test('does not need to open what it did not make; other failures of the disk are told', async () => {
    const refusing = (code: string) =>
      new MemoryDisk({
        before: (operation, path) => {
          if (operation === 'fsyncDirectory' && path === '/') throw new DiskError(code, path, code);
        },
      });
    await makeDurableDirectory(refusing('EACCES').async, '/a');
    await expect(makeDurableDirectory(refusing('EIO').async, '/a')).rejects.toThrow('EIO');
  });
});
