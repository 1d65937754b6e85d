import { describe, expect, test } from '@jest/globals';
import { DiskError } from '@mapreduce/service';
import { MemoryDisk } from '@mapreduce/testing';
import { discardOutput } from './discard-output.ts';
import { OutputLayout } from './layout.ts';
import { prepareOutput } from './prepare-output.ts';

const layout = new OutputLayout('/out', 'job-1');
const options = {
  overwrite: false,
  nonce: 'abc',
  token: '00',
  checkInCharge: () => Promise.resolve(),
};

describe('an output directory', () => {
  test('that is absent is made, survives a power cut, and can be taken back', async () => {
    const memory = new MemoryDisk();
    const prepared = await prepareOutput(memory.async, layout, options);
    expect(prepared).toEqual({ created: true });
    memory.crash('/');
    expect(memory.files('/')).toEqual(['/out/_mapreduce/job-1/nonce']);
    await discardOutput(memory.async, layout, prepared);
    expect(await memory.async.list('/')).toEqual([]);
    await discardOutput(memory.async, layout, prepared);
  });

  test('that is made with those above it survives a power cut with them', async () => {
    const memory = new MemoryDisk();
    await memory.async.makeDirectory('/there');
    await memory.async.fsyncDirectory('/');
    await prepareOutput(memory.async, new OutputLayout('/there/new/newer/out', 'job-1'), options);
    memory.crash('/');
    expect(memory.files('/')).toEqual(['/there/new/newer/out/_mapreduce/job-1/nonce']);
  });

  test('that was there and empty stays when the job is taken back', async () => {
    const { async: disk } = new MemoryDisk();
    await disk.makeDirectory('/out');
    const prepared = await prepareOutput(disk, layout, options);
    await discardOutput(disk, layout, prepared);
    expect(await disk.list('/')).toEqual(['out']);
    expect(await disk.list('/out')).toEqual([]);
  });

  test('that holds anything is refused, with the way out', async () => {
    const { async: disk } = new MemoryDisk();
    await disk.makeDirectory('/out/old');
    await expect(prepareOutput(disk, layout, options)).rejects.toThrow(
      'output directory /out: not empty (old); name another directory, or pass --overwrite',
    );
    expect(await disk.list('/out')).toEqual(['old']);
  });

  test.each(['_SUCCESS', '_mapreduce/job-0/nonce', '.mapreduce-trash-00ff/0/part-00000'])(
    'with overwrite is replaced where it is an output or the remains of one: %s',
    async (left) => {
      const memory = new MemoryDisk();
      const path = `/out/${left}`;
      await memory.async.makeDirectory(path.slice(0, path.lastIndexOf('/')));
      await memory.async.write(path, new Uint8Array(1));
      await memory.async.write('/out/other', new Uint8Array(1));
      await prepareOutput(memory.async, layout, { ...options, overwrite: true });
      expect(memory.files('/')).toEqual(['/out/_mapreduce/job-1/nonce']);
    },
  );

  test('with overwrite is refused, whole, where it holds what no job wrote', async () => {
    const memory = new MemoryDisk();
    await memory.async.makeDirectory('/out/src');
    await memory.async.write('/out/src/thesis', new Uint8Array(1));
    await expect(
      prepareOutput(memory.async, layout, { ...options, overwrite: true }),
    ).rejects.toThrow('output directory /out: not empty, and not the output of a job');
    expect(memory.files('/')).toEqual(['/out/src/thesis']);
    expect(await memory.async.list('/out')).toEqual(['src']);
  });

  test('with overwrite loses all it held', async () => {
    const memory = new MemoryDisk();
    await memory.async.makeDirectory('/out/_mapreduce/job-1/commits');
    await memory.async.write('/out/_mapreduce/job-1/commits/part-00000.json', new Uint8Array(1));
    await memory.async.write('/out/_SUCCESS', new Uint8Array(1));
    await prepareOutput(memory.async, layout, { ...options, overwrite: true });
    expect(memory.files('/')).toEqual(['/out/_mapreduce/job-1/nonce']);
    expect(await memory.async.list('/out')).toEqual(['_mapreduce']);
  });

  test('with overwrite loses what a phantom of the old job commits meanwhile', async () => {
    const old = new OutputLayout('/out', 'job-0');
    let linked = false;
    const memory = new MemoryDisk({
      before: (operation) => {
        if (operation !== 'rename' || linked) return;
        // The old attempt links its part just before its folder is taken from under it.
        linked = true;
        void memory.async.link(`${old.attempts}/a/part-00000`, '/out/part-00000');
      },
    });
    await memory.async.makeDirectory(`${old.attempts}/a`);
    await memory.async.write(`${old.attempts}/a/part-00000`, new Uint8Array(1));
    await prepareOutput(memory.async, layout, { ...options, overwrite: true });
    expect(linked).toBe(true);
    expect(await memory.async.list('/out')).toEqual(['_mapreduce']);
    expect(memory.files('/')).toEqual(['/out/_mapreduce/job-1/nonce']);
  });

  test('is given to one job at most, where two come at once', async () => {
    const { async: disk } = new MemoryDisk();
    await disk.makeDirectory('/out');
    const other = new OutputLayout('/out', 'job-2');
    const results = await Promise.allSettled([
      prepareOutput(disk, layout, options),
      prepareOutput(disk, other, options),
    ]);
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(String((refused[0] as PromiseRejectedResult).reason)).toContain('is writing to it too');
  });

  test('that is a file is refused', async () => {
    const { async: disk } = new MemoryDisk();
    await disk.write('/out', new Uint8Array(1));
    await expect(prepareOutput(disk, layout, options)).rejects.toThrow('/out: is a file');
  });

  test.each([
    ['EACCES', 'this user may not write there'],
    ['EROFS', 'its file system is read-only'],
    ['ENOSPC', 'its disk is full'],
  ])('that fails with %s is refused with a reason', async (code, reason) => {
    const { async: disk } = new MemoryDisk({
      before: (operation, path) => {
        if (operation === 'makeDirectory') throw new DiskError(code, path, 'x');
      },
    });
    await expect(prepareOutput(disk, layout, options)).rejects.toThrow(
      `output directory /out: cannot be written: ${reason}`,
    );
  });
});
