import { beforeEach, describe, expect, test } from '@jest/globals';
import { nodeDigest } from '@mapreduce/service/node';
import {
  aDigest,
  anAttempt,
  anEpoch,
  aPlan,
  aReduceManifest,
  MemoryDisk,
} from '@mapreduce/testing';
import type { Disk } from '@mapreduce/service';
import fc from 'fast-check';
import { commitPart, publishPart } from './commit.ts';
import type { CommitRecord } from './commit-record.ts';
import { readCommitRecords } from './commit-records.ts';
import { consumedDigest, consumedWith, type ConsumedException } from './consumed.ts';
import { fileDigest } from './file-digest.ts';
import { discardOutput } from './discard-output.ts';
import { parentPath } from './durable-directory.ts';
import { OutputLayout } from './layout.ts';
import { prepareOutput } from './prepare-output.ts';
import {
  describeSuccess,
  encodeSuccess,
  writeSuccess,
  type FinishedJob,
  type Success,
} from './success.ts';
import { verifyOutput } from './verify.ts';

const layout = new OutputLayout('/out', 'job-1');
const fsync = true;
const maps: Success['maps'] = [0, 1].map((map) => ({
  attempt: anAttempt('map', map),
  contentRoot: aDigest(String(map)),
  recordsOut: 5,
  skipped: 0,
}));
const consumed = consumedDigest(
  nodeDigest,
  maps.map(({ contentRoot }) => contentRoot),
);

let memory: MemoryDisk;

async function commit(partition: number, parts: Partial<CommitRecord['manifest']> = {}) {
  const attempt = anAttempt('reduce', partition);
  const name = `part-0000${partition}`;
  const directory = layout.attempt(attempt);
  await memory.async.makeDirectory(directory);
  await memory.async.write(`${directory}/${name}`, new TextEncoder().encode(`part ${partition}`));
  const digest = await fileDigest(memory.async, nodeDigest, `${directory}/${name}`);
  const record: CommitRecord = {
    version: 1,
    job: 'job-1',
    jobDigest: aDigest('d'),
    epoch: anEpoch(),
    partition,
    attempt,
    manifest: aReduceManifest({ files: [{ name, ...digest }], recordsIn: 5, consumed, ...parts }),
  };
  const winner = await commitPart(memory.async, layout, record, directory, { fsync });
  await publishPart(memory.async, layout, winner, { fsync });
}

async function finish(
  parts: Partial<FinishedJob> = {},
  change = (success: Success) => success,
  checkInCharge = () => Promise.resolve(),
): Promise<void> {
  const records = await readCommitRecords(memory.async, layout);
  const job = { job: 'job-1', jobDigest: aDigest('d'), plan: aPlan().digest };
  const named = { ...job, reducers: 2, maps, records };
  const success = change(describeSuccess(nodeDigest, { ...named, deterministic: true, ...parts }));
  await writeSuccess(memory.async, layout, encodeSuccess(nodeDigest, success), {
    fsync,
    token: '0',
    checkInCharge,
  });
}

async function findings(): Promise<readonly string[]> {
  return (await verifyOutput(memory.async, nodeDigest, '/out')).findings;
}

const preparing = {
  overwrite: false,
  nonce: 'n',
  token: '0',
  checkInCharge: () => Promise.resolve(),
};

beforeEach(async () => {
  memory = new MemoryDisk();
  await prepareOutput(memory.async, layout, preparing);
});

describe('finishing', () => {
  test('is refused while a part has no commit record', async () => {
    await commit(1);
    await expect(finish()).rejects.toThrow('part-00000: has no commit record');
    expect(await findings()).toEqual(['/out/_SUCCESS: missing: no job has finished here']);
  });

  test('is refused while a record has consumed other map outputs', async () => {
    await commit(0);
    await commit(1, { consumed: aDigest('f') });
    await expect(finish()).rejects.toThrow('part-00001: was made from other map outputs');
  });

  test('is refused while a record was made by another plan, whatever it consumed', async () => {
    await commit(0);
    await commit(1, { plan: aDigest('f') });
    await expect(finish({ deterministic: false })).rejects.toThrow(
      'part-00001: was made by another plan',
    );
  });

  test('is durable and leaves no temporary file', async () => {
    await commit(0);
    await commit(1);
    await finish();
    memory.crash('/out');
    expect(await findings()).toEqual([]);
    expect(await memory.async.list(layout.jobDirectory)).toEqual(['attempts', 'commits', 'nonce']);
  });
});

/** The disk of a process that is killed once it has taken so many steps of these kinds. */
function dyingAfter(steps: number, kinds: readonly (keyof Disk)[]): Disk {
  let left = steps;
  return new Proxy(memory.async, {
    get: (disk, name: keyof Disk) => (path: string, to: never) => {
      if (kinds.includes(name) && left-- <= 0) throw new Error('killed');
      return disk[name](path, to);
    },
  });
}

describe('an output that is taken back', () => {
  const takeBack = () => discardOutput(memory.async, layout, { created: true });

  beforeEach(async () => {
    await commit(0);
    await commit(1);
  });

  test('leaves nothing, though it was finished or a commit record is damaged', async () => {
    await finish();
    memory.corrupt(layout.commit(0), 5, 255);
    await takeBack();
    expect(await memory.async.list('/')).toEqual([]);
  });

  test('leaves nothing, where it is killed at any step and repeated', async () => {
    await finish();
    for (let steps = 0; (await memory.async.list('/')).length > 0; steps++) {
      const dying = dyingAfter(steps, ['rename', 'remove']);
      await discardOutput(dying, layout, { created: true }).catch(() => undefined);
      const names: string[] = await memory.async.list('/out').catch(() => []);
      const parts = names.filter((name) => name.startsWith('part-'));
      if (names.includes('_SUCCESS')) expect(parts).toHaveLength(2);
    }
  });

  test("is in nobody's way who begins the job anew, wherever it was killed once the folder was away", async () => {
    let begun = 0;
    for (let steps = 0, isOver = false; !isOver; steps++) {
      memory = new MemoryDisk();
      await prepareOutput(memory.async, layout, preparing);
      await commit(0);
      await commit(1);
      await finish();
      const dying = dyingAfter(steps, ['rename', 'remove']);
      const taken = discardOutput(dying, layout, { created: false });
      isOver = await taken.then(
        () => true,
        () => false,
      );
      if (steps === 0) continue;
      await prepareOutput(memory.async, layout, preparing);
      expect(memory.files('/')).toEqual([layout.nonce]);
      begun += 1;
    }
    expect(begun).toBeGreaterThan(5);
  });

  test.each([
    ['alone', []],
    ['beside another job', ['/out/_mapreduce/job-0/nonce']],
  ])(
    'leaves nothing that a power cut brings back, whenever it comes, %s',
    async (_what, others) => {
      for (let steps = 0, isOver = false; !isOver; steps++) {
        memory = new MemoryDisk();
        await prepareOutput(memory.async, layout, preparing);
        for (const path of others) {
          await memory.async.makeDirectory(parentPath(path));
          await memory.async.write(path, new Uint8Array());
          await memory.async.fsyncDirectory(parentPath(path));
          await memory.async.fsyncDirectory(layout.jobs);
        }
        await commit(0);
        await commit(1);
        await finish();
        const dying = dyingAfter(steps, ['rename', 'remove', 'fsyncDirectory']);
        const taken = discardOutput(dying, layout, { created: false });
        isOver = await taken.then(
          () => true,
          () => false,
        );
        memory.crash('/');
        const names: string[] = await memory.async.list('/out');
        const parts = names.filter((name) => name.startsWith('part-'));
        if (names.includes('_SUCCESS')) expect(parts).toHaveLength(2);
        if (!isOver) await discardOutput(memory.async, layout, { created: false });
        memory.crash('/');
        expect(memory.files('/')).toEqual(others);
        expect(await memory.async.list('/out')).toHaveLength(others.length);
      }
    },
  );

  test('is finished by nobody who was about to', async () => {
    await expect(finish({}, undefined, takeBack)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await memory.async.list('/')).toEqual([]);
  });

  test('leaves the _SUCCESS of another job, and what is not its own', async () => {
    await finish({}, (success) => ({ ...success, job: 'job-0' }));
    await memory.async.write('/out/part-00002', new Uint8Array(1));
    await takeBack();
    expect(await memory.async.list('/out')).toEqual(['_SUCCESS', 'part-00002']);
  });
});

describe('a finished output', () => {
  beforeEach(async () => {
    await commit(0);
    await commit(1);
    await finish();
  });

  test('is found whole, and counted', async () => {
    const verification = await verifyOutput(memory.async, nodeDigest, '/out');
    expect(verification).toEqual({
      findings: [],
      parts: 2,
      files: 2,
      bytes: 12,
      records: 10,
      skipped: 0,
      deterministic: true,
    });
  });

  test('is found with a commit record that is none, whose path is said once', async () => {
    await memory.async.remove(layout.commit(1));
    await memory.async.write(layout.commit(1), new TextEncoder().encode('{'));
    expect((await findings())[0]).toBe(`${layout.commit(1)}: not a commit record: not JSON`);
  });

  test('is found damaged whichever byte of a part, a record or _SUCCESS is flipped', async () => {
    const paths = memory.files('/out').filter((path) => !/attempts|nonce/.test(path));
    expect(paths.length).toBe(5);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (path, position, mask) => {
          const { size } = await memory.async.status(path);
          const at = position % size;
          memory.corrupt(path, at, mask);
          expect(await findings()).not.toEqual([]);
          memory.corrupt(path, at, mask);
        },
      ),
      { numRuns: 1_000 },
    );
    expect(await findings()).toEqual([]);
  });

  test.each<[string, () => Promise<void>, string]>([
    [
      'a part is missing',
      () => memory.async.remove('/out/part-00001'),
      '/out/part-00001: missing, though it is committed',
    ],
    [
      'a part is there that nobody committed',
      () => memory.async.write('/out/part-00002', new Uint8Array(1)),
      '/out/part-00002: no commit record names it',
    ],
    [
      'a commit record is missing',
      () => memory.async.remove(layout.commit(0)),
      `${layout.commit(0)}: missing: nothing says what part-00000 holds`,
    ],
    [
      'a part is replaced by a longer one',
      async () => {
        await memory.async.remove('/out/part-00000');
        await memory.async.write('/out/part-00000', new Uint8Array(9));
      },
      '/out/part-00000: has 9 bytes, but its commit record says 6',
    ],
  ])('says so when %s', async (_case, damage, finding) => {
    await damage();
    expect(await findings()).toContain(finding);
  });
});

test('records lost between maps and reduces are found', async () => {
  await commit(0);
  await commit(1, { recordsIn: 4 });
  await finish();
  expect(await findings()).toEqual([
    '/out/_SUCCESS: maps put out 10 records, but reduces took in 9',
  ]);
});

describe('a finished output that names', () => {
  test('another plan than its parts do is found', async () => {
    await commit(0);
    await commit(1);
    await finish({}, (success) => ({ ...success, plan: aDigest('f') }));
    expect(await findings()).toContain(
      '/out/_mapreduce/job-1/commits/part-00001.json: its part was made by another plan than _SUCCESS names',
    );
  });
});

describe('a part that consumed an older output of a map', () => {
  const roots = maps.map(({ contentRoot }) => contentRoot);
  const exceptions: ConsumedException[] = [{ map: 1, root: aDigest('e') }];
  const other = consumedWith(nodeDigest, roots, exceptions);

  beforeEach(async () => {
    await commit(0);
    await commit(1, { consumed: other });
  });

  test('is whole where _SUCCESS names the exception, and no other part has it', async () => {
    const asked: unknown[] = [];
    const exceptionsOf = (...args: unknown[]) => {
      asked.push(args);
      return exceptions;
    };
    await finish({ exceptionsOf });
    expect(asked).toEqual([[1, other]]);
    expect(await findings()).toEqual([]);
  });

  test('is refused where the outputs differ for it', async () => {
    await expect(finish({ exceptionsOf: () => undefined })).rejects.toThrow('part-00001: was made');
  });

  const lie =
    (exception: ConsumedException) =>
    (success: Success): Success => ({
      ...success,
      parts: success.parts.map((part, i) =>
        i === 1 ? { ...part, exceptions: [exception] } : part,
      ),
    });
  test.each([
    ['map', { map: 0, root: aDigest('e') }],
    ['root', { map: 1, root: aDigest('c') }],
  ])('is found out where the exception names another %s', async (_what, exception) => {
    await finish({ exceptionsOf: () => exceptions }, lie(exception));
    expect(await findings()).toEqual([
      `${layout.commit(1)}: its part was made from other map outputs than _SUCCESS lists`,
    ]);
  });
});

describe('of a program that is not deterministic', () => {
  const deterministic = false;

  test('a part may consume other outputs, and then records need not add up', async () => {
    await commit(0);
    await commit(1, { consumed: aDigest('f'), recordsIn: 4 });
    await finish({ deterministic });
    const verification = await verifyOutput(memory.async, nodeDigest, '/out');
    expect(verification).toMatchObject({ findings: [], deterministic });
  });

  test('records must add up where all parts consumed the same', async () => {
    await commit(0);
    await commit(1, { recordsIn: 4 });
    await finish({ deterministic });
    expect(await findings()).toEqual([
      '/out/_SUCCESS: maps put out 10 records, but reduces took in 9',
    ]);
  });

  test('a record that is not the one of _SUCCESS is still found', async () => {
    await commit(0);
    await commit(1, { consumed: aDigest('f') });
    const change = (success: Success): Success => ({
      ...success,
      parts: success.parts.map((part) => ({ ...part, consumed: success.consumed })),
    });
    await finish({ deterministic }, change);
    expect(await findings()).toHaveLength(1);
  });
});
