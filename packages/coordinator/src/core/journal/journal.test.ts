import { describe, expect, test } from '@jest/globals';
import { nodeCodec, nodeDigest } from '@mapreduce/service/node';
import { toHex } from '@mapreduce/storage';
import { aDigest, anAttempt, MemoryDisk, settle } from '@mapreduce/testing';
import fc from 'fast-check';
import { encodeFrame } from './frame.ts';
import { snapshotOf } from '../recovery/snapshot.ts';
import { restoreState } from '../recovery/restored-state.ts';
import { DeposedError, isRival, Journal } from './journal.ts';
import { JournalDamagedError, readJournal, type ReadJournal } from './read-journal.ts';
import type { JournalRecord } from './record.ts';

const ports = { digest: nodeDigest, codec: nodeCodec };
const first = '/state/journal-000001';

function record(partition: number): JournalRecord {
  return { kind: 'reduceCommitted', partition, attempt: anAttempt('reduce', partition) };
}

const options = {
  directory: '/state',
  ...{ job: 'job-1', jobDigest: aDigest(), generation: 2, nonce: '0badcafe' },
  onFailure: (_error: unknown): void => undefined,
};

/** Begins a boot; nobody is told anything yet. */
function begin({ async: disk }: MemoryDisk, onFailure = options.onFailure) {
  return Journal.open({ ...options, onFailure }, { ...ports, disk });
}

async function open(memory: MemoryDisk, onFailure?: (error: unknown) => void): Promise<Journal> {
  const { journal, history } = await begin(memory, onFailure);
  await journal.settle(snapshotOf(restoreState(history ?? [])));
  return journal;
}

function committed(history: readonly JournalRecord[] | undefined): number[] {
  return [...restoreState(history ?? []).committed.keys()];
}

async function read(memory: MemoryDisk, path = first): Promise<ReadJournal | undefined> {
  return readJournal(path, await memory.async.read(path), ports);
}

/** Three groups of records; returns the file, and how many records are durable by byte. */
async function written() {
  const memory = new MemoryDisk();
  const journal = await open(memory);
  const ends = [(await memory.async.status(first)).size];
  for (const group of [[0], [1, 2], [3]]) {
    for (const partition of group) void journal.append(record(partition));
    await journal.flushed();
    ends.push((await memory.async.status(first)).size);
  }
  return { memory, bytes: await memory.async.read(first), ends };
}

describe('a journal', () => {
  test('gives back what was acknowledged, after a power cut too', async () => {
    const memory = new MemoryDisk();
    const journal = await open(memory);
    await journal.append(record(0));
    void journal.append(record(1));
    memory.crash('/');
    expect(await read(memory)).toMatchObject({
      opened: { job: 'job-1', epoch: { generation: 2, boot: 1, nonce: '0badcafe' } },
      records: [{ kind: 'snapshotEnd' }, record(0)],
      torn: 0,
    });
  });

  test('writes what comes during an fsync as one group, with one fsync', async () => {
    let fsyncs = 0;
    const memory = new MemoryDisk({
      before: (operation) => void (fsyncs += operation === 'fsync' ? 1 : 0),
    });
    const journal = await open(memory);
    fsyncs = 0;
    const acknowledged = Array.from({ length: 100 }, (_, i) => journal.append(record(i)));
    await Promise.all(acknowledged);
    expect(fsyncs).toBe(1);
    await Promise.all([journal.append(record(1)), settle(), journal.append(record(2))]);
    expect((await read(memory))?.records).toHaveLength(103);
  });

  test('makes one frame of a long group durable before it writes the next', async () => {
    const steps: string[] = [];
    const memory = new MemoryDisk({
      before: (operation) => {
        if (operation === 'append' || operation === 'fsync') steps.push(operation);
      },
    });
    const journal = await open(memory);
    steps.length = 0;
    for (let at = 0; at < 20_000; at++) void journal.append(record(at));
    await journal.flushed();
    expect(steps.length).toBeGreaterThan(2);
    expect(steps).toEqual(steps.map((_, at) => (at % 2 === 0 ? 'append' : 'fsync')));
  });

  test('of the next boot seals the one before; what is appended to that later is no part of it', async () => {
    const memory = new MemoryDisk();
    const old = await open(memory);
    await old.append(record(0));
    const sealed = await read(memory);
    const next = await begin(memory);
    expect(next.journal.epoch.boot).toBe(2);
    expect(committed(next.history)).toEqual([0]);
    await next.journal.flushed();
    await old.append(record(1));
    const { opened } = (await read(memory, '/state/journal-000002')) ?? {};
    expect(opened?.predecessor).toEqual({
      file: 'journal-000001',
      length: sealed?.length,
      hash: toHex(sealed?.hash ?? new Uint8Array()),
    });
    // The second boot told nobody anything: the third reads what it had sealed, and no more.
    const third = await begin(memory);
    expect(committed(third.history)).toEqual([0]);
    await third.journal.settle(snapshotOf(restoreState(third.history ?? [])));
    await old.append(record(2));
    expect(await memory.async.list('/state')).toEqual(['journal-000003']);
    expect(committed((await begin(memory)).history)).toEqual([0]);
    await expect(old.checkInCharge()).rejects.toThrow(DeposedError);
    await expect(next.journal.settle([])).rejects.toThrow(DeposedError);
  });

  test('refuses a flipped byte anywhere in what a boot took over, and a cut of it', async () => {
    const memory = new MemoryDisk();
    await (await open(memory)).append(record(0));
    await open(memory);
    const [path, ...others] = memory.files('/state');
    expect([path, others]).toEqual(['/state/journal-000002', []]);
    const bytes = await memory.async.read(path ?? '');
    for (let at = 0; at < bytes.length; at++) {
      const flipped = bytes.slice();
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      for (const damaged of [flipped, bytes.subarray(0, at)]) {
        const { async: disk } = new MemoryDisk();
        await disk.makeDirectory('/state');
        await disk.write(path ?? '', damaged);
        const opening = Journal.open(options, { ...ports, disk });
        await expect(opening).rejects.toThrow(JournalDamagedError);
      }
    }
  });

  test('is not begun before the names of those that it may go on from are durable', async () => {
    const steps: string[] = [];
    const memory = new MemoryDisk({
      before: (operation, path) => {
        if (operation === 'create' || path === '/state') steps.push(operation);
      },
    });
    await begin(memory);
    steps.length = 0;
    await begin(memory);
    expect(steps.indexOf('fsyncDirectory')).toBeGreaterThan(-1);
    expect(steps.indexOf('fsyncDirectory')).toBeLessThan(steps.indexOf('create'));
  });

  test('that has only begun is no damage where a later boot has removed what it went on from', async () => {
    const memory = new MemoryDisk({
      after: (operation, path) => {
        if (operation === 'create' && path === '/state/journal-000003') {
          memory.sync.remove(first);
          memory.sync.create('/state/journal-000004').close();
        }
      },
    });
    await open(memory);
    memory.sync.create('/state/journal-000002').close();
    const { journal, history } = await begin(memory);
    expect(history).toBeUndefined();
    await expect(journal.settle([])).rejects.toThrow(DeposedError);
  });

  test('is begun by one of two coordinators that start at once', async () => {
    const memory = new MemoryDisk();
    const results = await Promise.allSettled([begin(memory), begin(memory)]);
    const rejected = results.find(({ status }) => status === 'rejected');
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(isRival(rejected?.status === 'rejected' ? rejected.reason : undefined)).toBe(true);
  });

  test('that fails once acknowledges nothing ever after', async () => {
    let broken = false;
    const memory = new MemoryDisk({
      before: (operation) => {
        if (broken && operation === 'fsync') throw new Error('EIO');
      },
    });
    const failures: unknown[] = [];
    const journal = await open(memory, (error) => failures.push(error));
    broken = true;
    await expect(journal.append(record(0))).rejects.toThrow('EIO');
    broken = false;
    await expect(journal.append(record(1))).rejects.toThrow('EIO');
    expect(failures).toHaveLength(1);
  });
});

describe('reading a journal', () => {
  test('cuts a torn tail at every byte, and keeps what was durable before it', async () => {
    const { bytes, ends } = await written();
    const counts = [1, 2, 4, 5];
    for (let length = 0; length <= bytes.length; length++) {
      const found = readJournal(first, bytes.subarray(0, length), ports);
      const groups = ends.filter((end) => end <= length).length;
      expect(found?.records.length ?? 0).toBe(counts[groups - 1] ?? 0);
      if (found) expect(found.length + found.torn).toBe(length);
    }
  });

  test('takes one whose beginning was lost for torn, unless a whole group follows', async () => {
    const lost = async (memory: MemoryDisk) => (await memory.async.read(first)).fill(0, 0, 64);
    const begun = new MemoryDisk();
    await (await begin(begun)).journal.flushed();
    expect(readJournal(first, await lost(begun), ports)).toBeUndefined();
    const settled = new MemoryDisk();
    await open(settled);
    const damaged = await lost(settled);
    expect(() => readJournal(first, damaged, ports)).toThrow(JournalDamagedError);
  });

  test('refuses a flipped byte anywhere but in the last group, which it cuts', async () => {
    const { bytes, ends } = await written();
    const lastGroup = ends.at(-2) ?? 0;
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const damaged = bytes.slice();
        damaged[at] = (damaged[at] ?? 0) ^ mask;
        if (at < lastGroup) {
          expect(() => readJournal(first, damaged, ports)).toThrow(JournalDamagedError);
        } else {
          expect(readJournal(first, damaged, ports)?.records).toHaveLength(4);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('refuses a file whose groups are swapped, lost or of an unknown form', async () => {
    const { bytes, ends } = await written();
    const [one = 0, two = 0] = ends;
    const without = Buffer.concat([bytes.subarray(0, one), bytes.subarray(two)]);
    expect(() => readJournal(first, without, ports)).toThrow('a frame is missing before it');
    const { hash } = readJournal(first, bytes, ports) ?? {};
    if (hash === undefined) throw new Error('unreadable');
    const unknown = encodeFrame(new TextEncoder().encode('[{"kind":"new"}]'), hash, ports);
    expect(() => readJournal(first, Buffer.concat([bytes, unknown.bytes]), ports)).toThrow(
      'records of an unknown form',
    );
  });
});
