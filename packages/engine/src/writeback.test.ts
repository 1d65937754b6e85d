import { expect, test } from '@jest/globals';
import type { SyncFile } from '@mapreduce/service';
import { Writeback } from './writeback.ts';

function countingFile() {
  let started = 0;
  const nothing = () => undefined;
  const file: SyncFile = {
    read: () => 0,
    append: nothing,
    startWriteback: () => void (started += 1),
    fsync: nothing,
    close: nothing,
  };
  return { file, started: () => started };
}

const mebi = 2 ** 20;

test('writing to the disk begins anew with every 8 MiB', () => {
  const { file, started } = countingFile();
  const writeback = new Writeback(file, true);
  for (let i = 1; i <= 24; i += 1) {
    writeback.appended(mebi);
    expect(started()).toBe(Math.floor(i / 8));
  }
});

test('a file that need not be durable is left to the system', () => {
  const { file, started } = countingFile();
  new Writeback(file, false).appended(100 * mebi);
  expect(started()).toBe(0);
});
