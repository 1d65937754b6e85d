import { describe, expect, test } from '@jest/globals';
import {
  aDigest,
  anAttempt,
  anEpoch,
  aReduceManifest,
  MemoryDisk,
  settle,
} from '@mapreduce/testing';
import type { Disk } from '@mapreduce/service';
import { commitPart, publishPart } from './commit.ts';
import type { CommitRecord } from './commit-record.ts';
import { readCommitRecord } from './commit-records.ts';
import { OutputLayout } from './layout.ts';
import { prepareOutput } from './prepare-output.ts';

const layout = new OutputLayout('/out', 'job-1');

function recordOf(number: number, bytes: number): CommitRecord {
  return {
    version: 1,
    job: 'job-1',
    jobDigest: aDigest(),
    epoch: anEpoch(),
    partition: 0,
    attempt: anAttempt('reduce', 0, number),
    manifest: aReduceManifest({
      files: ['part-00000', 'part-00000-more'].map((name) => ({
        name,
        length: bytes,
        sha256: aDigest(String(number)),
      })),
    }),
  };
}

/** Two attempts that made different bytes. */
const records = [recordOf(0, 10), recordOf(1, 11)] as const;

/** What an executor leaves: durable files, whose directory entries are not durable yet. */
async function prepared(): Promise<MemoryDisk> {
  const memory = new MemoryDisk();
  const disk = memory.async;
  await prepareOutput(disk, layout, {
    overwrite: false,
    nonce: 'n',
    token: '0',
    checkInCharge: () => Promise.resolve(),
  });
  for (const { attempt, manifest } of records) {
    await disk.makeDirectory(layout.attempt(attempt));
    for (const { name, length } of manifest.files) {
      await disk.write(`${layout.attempt(attempt)}/${name}`, new Uint8Array(length));
    }
  }
  return memory;
}

async function commitAndPublish(
  disk: Disk,
  record: CommitRecord,
  fsync = true,
): Promise<CommitRecord> {
  const directory = layout.attempt(record.attempt);
  const winner = await commitPart(disk, layout, record, directory, { fsync });
  await publishPart(disk, layout, winner, { fsync });
  return winner;
}

/** A process whose every disk operation waits to be let through. */
class Actor {
  readonly done: Promise<CommitRecord>;
  finished = false;
  /** The operations that wait, first come first. */
  readonly #waiting: (() => void)[] = [];

  constructor(disk: Disk, record: CommitRecord, fsync: boolean) {
    const gated = new Proxy(disk, {
      get: (target, name) => {
        const operation = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
        return async (...args: unknown[]) => {
          await new Promise<void>((resolve) => this.#waiting.push(resolve));
          return operation(...args);
        };
      },
    });
    this.done = commitAndPublish(gated, record, fsync).finally(() => (this.finished = true));
  }

  /** Lets one through; of several that wait at once, the one that is chosen. */
  step(choose: (n: number) => number = () => 0): Promise<void> {
    const { length } = this.#waiting;
    const [go] = this.#waiting.splice(length > 1 ? choose(length) : 0, 1);
    go?.();
    return settle();
  }
}

/**
 * Runs `run` once for every way its choices can be made: it asks `choose(n)` for a number below n.
 */
async function everyWay(run: (choose: (n: number) => number) => Promise<void>): Promise<number> {
  const path: { choice: number; of: number }[] = [];
  for (let ways = 1; ; ways++) {
    let depth = 0;
    await run((n) => {
      const at = (path[depth] ??= { choice: 0, of: n });
      depth += 1;
      return at.choice;
    });
    for (let last = path.at(-1); last && last.choice + 1 === last.of; last = path.at(-1)) {
      path.pop();
    }
    const last = path.at(-1);
    if (last === undefined) return ways;
    last.choice += 1;
  }
}

async function expectPublished(memory: MemoryDisk, winner: CommitRecord): Promise<void> {
  const stored = await readCommitRecord(memory.async, layout, 0);
  expect(stored?.record).toEqual(winner);
  for (const { name, length } of winner.manifest.files) {
    expect((await memory.async.read(layout.part(name))).length).toBe(length);
  }
}

describe('two attempts at one part', () => {
  test('in every interleaving of their disk steps exactly one wins, and its files are published', async () => {
    const winners = new Set<string>();
    const ways = await everyWay(async (choose) => {
      const memory = await prepared();
      // Without fsyncs: no other process can see one, and they would multiply the ways.
      const actors = records.map((record) => new Actor(memory.async, record, false));
      await settle();
      for (;;) {
        const running = actors.filter(({ finished }) => !finished);
        if (running.length === 0) break;
        await running[running.length === 1 ? 0 : choose(2)]?.step();
      }
      const [first, second] = await Promise.all(actors.map(({ done }) => done));
      expect(first).toEqual(second);
      if (first === undefined) throw new Error('nobody won');
      winners.add(first.attempt);
      await expectPublished(memory, first);
    });
    expect(ways).toBeGreaterThan(100);
    expect(winners.size).toBe(2);
  });

  test('a process killed after any step leaves what a successor can publish', async () => {
    const ways = await everyWay(async (choose) => {
      const memory = await prepared();
      const actor = new Actor(memory.async, records[0], true);
      await settle();
      while (!actor.finished && choose(2) === 0) await actor.step(choose);
      const winner = await commitAndPublish(memory.async, records[1]);
      const linked = await readCommitRecord(memory.async, layout, 0);
      expect(linked?.record).toEqual(winner);
      await expectPublished(memory, winner);
      // The dead one may have only been paused: whatever it still does changes nothing.
      while (!actor.finished) await actor.step();
      expect(await actor.done).toEqual(winner);
      await expectPublished(memory, winner);
    });
    expect(ways).toBeGreaterThan(8);
  });

  test('a power cut after any step leaves a part that is whole or not committed', async () => {
    const committed = { before: 0, after: 0 };
    await everyWay(async (choose) => {
      const memory = await prepared();
      const actors = records.map((record) => new Actor(memory.async, record, true));
      await settle();
      // One goes some steps, the other some, the first some more; then the light goes out.
      for (const actor of [actors[0], actors[1], actors[0]]) {
        // Of the second, what waits at once goes in order: else the ways would be too many.
        const order = actor === actors[0] ? choose : undefined;
        while (actor?.finished === false && choose(2) === 1) await actor.step(order);
      }
      const told = actors.some(({ finished }) => finished);
      memory.crash('/out');
      const stored = await readCommitRecord(memory.async, layout, 0);
      committed[stored ? 'after' : 'before'] += 1;
      if (told) expect(stored).toBeDefined();
      if (stored === undefined) return;
      await publishPart(memory.async, layout, stored.record, { fsync: true });
      await expectPublished(memory, stored.record);
    });
    expect(committed.before).toBeGreaterThan(50);
    expect(committed.after).toBeGreaterThan(100);
  });
});

describe('repeated', () => {
  test('a commit of the same attempt gives the same record again', async () => {
    const memory = await prepared();
    await commitAndPublish(memory.async, records[0]);
    expect(await commitAndPublish(memory.async, records[0])).toEqual(records[0]);
  });

  test('a record that a crash cut short is written again', async () => {
    const memory = await prepared();
    const own = `${layout.attempt(records[0].attempt)}/commit.json`;
    await memory.async.write(own, new TextEncoder().encode('{"ver'));
    expect(await commitAndPublish(memory.async, records[0])).toEqual(records[0]);
  });

  test('a part of another length under the final name is refused', async () => {
    const memory = await prepared();
    await memory.async.write(layout.part('part-00000'), new Uint8Array(3));
    await expect(commitAndPublish(memory.async, records[0])).rejects.toThrow(
      '/out/part-00000: has 3 bytes, but its commit record says 10',
    );
  });
});
