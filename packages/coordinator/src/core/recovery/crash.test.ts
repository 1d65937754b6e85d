import { expect, test } from '@jest/globals';
import type { Lease } from '@mapreduce/protocol';
import type { Disk, File } from '@mapreduce/service';
import { nodeDigest } from '@mapreduce/service/node';
import { verifyOutput } from '@mapreduce/storage';
import { MemoryDisk, settle } from '@mapreduce/testing';
import { CoordinatorWorld, type FakeWorker } from '@mapreduce/testing/coordinator';

type Mode = 'before' | 'after' | 'torn';

/** When a coordinator dies: at its n-th operation that changes the state directory. */
interface Crash {
  readonly at: number;
  readonly mode: Mode;
}

/** The disk of one life of a coordinator. From its death on nothing that it does has an effect. */
class MortalDisk {
  readonly died = Promise.withResolvers<undefined>();
  readonly #disk: Disk;
  readonly #crash: Crash | undefined;
  operations = 0;
  #isDead = false;

  constructor(disk: Disk, crash: Crash | undefined) {
    this.#disk = disk;
    this.#crash = crash;
  }

  hasDied(): boolean {
    return this.#isDead;
  }

  get port(): Disk {
    return new Proxy(this.#disk, {
      get:
        (disk, name: keyof Disk) =>
        (path: string, ...rest: never[]) => {
          const run = () => (disk[name] as (...all: unknown[]) => Promise<unknown>)(path, ...rest);
          const counts = path.startsWith('/state') && !['list', 'read', 'open'].includes(name);
          const done = this.#mortal(run, counts);
          return name === 'create' ? done.then((file) => this.#file(file as File)) : done;
        },
    });
  }

  #file(file: File): File {
    return {
      read: (target, position) => this.#mortal(() => file.read(target, position), false),
      append: (data) =>
        this.#mortal(
          () => file.append(data),
          true,
          () => file.append(data.subarray(0, data.length >> 1)),
        ),
      fsync: () => this.#mortal(() => file.fsync(), true),
      close: () => this.#mortal(() => file.close(), false),
    };
  }

  async #mortal<T>(run: () => Promise<T>, counts: boolean, torn?: () => Promise<T>): Promise<T> {
    if (this.#isDead) return new Promise(() => undefined);
    if (!counts || this.operations++ !== this.#crash?.at) return run();
    this.#isDead = true;
    if (this.#crash.mode === 'after') await run();
    else if (this.#crash.mode === 'torn') await torn?.();
    this.died.resolve(undefined);
    return new Promise(() => undefined);
  }
}

/** One worker and one life of the coordinator after another, until the job has ended. */
class Lives {
  readonly world = new CoordinatorWorld({}, new MemoryDisk());
  worker: FakeWorker | undefined;
  /** What the worker was leased and has not finished. */
  running: Lease | undefined;
  /** Tasks whose end was acknowledged, and maps that the worker holds. */
  readonly done = new Set<string>();

  /** Returns how many operations it had if the coordinator lived to the job's end. */
  async life(seed: number, crash?: Crash): Promise<number | undefined> {
    const { world } = this;
    const mortal = new MortalDisk(world.memory.async, crash);
    const ended = this.#serve(seed, mortal).then(() =>
      mortal.hasDied() ? undefined : mortal.operations,
    );
    const operations = await Promise.race([ended, mortal.died.promise]);
    if (operations === undefined && crash?.mode === 'before') {
      // A power cut: what was not fsynced is gone. Otherwise only the process is.
      const { async: root } = world.memory;
      if ((await root.list('/')).includes('state')) world.memory.crash('/state');
    }
    return operations;
  }

  async #serve(seed: number, mortal: MortalDisk): Promise<void> {
    const { world } = this;
    await world.start(seed, mortal.port);
    const { coordinator } = world;
    this.worker ??= await world.worker('w1');
    const { worker } = this;
    const { cancel } = await worker.comeBack(...(this.running ? [this.running] : []));
    if (this.running && cancel.includes(this.running.attempt)) {
      // There is no other worker: it is told to stop only because the task is done.
      this.done.add(nameOf(this.running));
      this.running = undefined;
    }
    // So long a restarted coordinator leases nothing: the latter where it finds an output made ready by
    // a life that had not journaled it yet, which might have been of another journal.
    for (let seconds = coordinator.epoch.generation > 1 ? 10 : 1; seconds > 0; seconds--) {
      await world.clock.advance(1_000);
      if (mortal.hasDied()) return;
      await worker.heartbeat(this.running ? [this.running.attempt] : []);
    }
    const state = { isOver: false };
    void coordinator.ended.then(() => (state.isOver = true));
    for (;;) {
      await settle();
      if (mortal.hasDied()) return;
      if (state.isOver) {
        // Its commit record was found; nobody needs to report it any more.
        if (this.running) this.done.add(nameOf(this.running));
        return;
      }
      const over = coordinator.ended.then(() => ({ leases: [] }));
      const answer = this.running ? undefined : await Promise.race([worker.lease(), over]);
      const lease = this.running ?? answer?.leases[0];
      // Its coordinator is dead, though some of it moves on in memory: the next life goes on.
      if (mortal.hasDied()) return;
      if (lease === undefined) continue;
      if (this.running === undefined) expect(this.done).not.toContain(nameOf(lease));
      this.running = lease;
      if (lease.task.kind === 'map') this.done.add(nameOf(lease));
      await worker.finish(lease);
      if (mortal.hasDied()) return;
      this.done.add(nameOf(lease));
      this.running = undefined;
    }
  }
}

function nameOf({ task }: Lease): string {
  if (task.kind === 'map') return `map ${task.split.index}`;
  return task.kind === 'reduce' ? `reduce ${task.partition}` : task.kind;
}

async function expectExact(lives: Lives): Promise<void> {
  expect(await lives.life(9)).toBeDefined();
  expect(await lives.world.coordinator.ended).toEqual({ state: 'succeeded' });
  const { findings } = await verifyOutput(lives.world.memory.async, nodeDigest, '/out');
  expect(findings).toEqual([]);
  expect(lives.done.size).toBe(5);
}

const modes = ['before', 'after', 'torn'] as const;

test.each(modes)(
  'a coordinator that dies %s any write of its journal, and once more while it restarts, loses nothing',
  async (mode) => {
    const whole = (await new Lives().life(1)) ?? 0;
    expect(whole).toBeGreaterThan(15);
    let crashes = 0;
    for (let at = 0; at < whole; at++) {
      for (const second of modes) {
        // The restart's own writes: its file, the preamble, the snapshot, its end, the directory.
        for (let again = 0; again < 10; again++) {
          const lives = new Lives();
          if ((await lives.life(1, { at, mode })) !== undefined) break;
          const survived = await lives.life(2, { at: again, mode: second });
          if (survived === undefined) crashes++;
          await expectExact(lives);
        }
      }
    }
    expect(crashes).toBeGreaterThan(whole * 3 * 8);
  },
  60_000,
);
