import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  ServiceError,
  type CompletionRequest,
  type Handlers,
  type HeartbeatRequest,
  type HoldRequest,
  type Lease,
  type RegisterRequest,
  type RegisterResponse,
} from '@mapreduce/protocol';
import { DiskError } from '@mapreduce/service';
import { nodeCodec, nodeDigest } from '@mapreduce/service/node';
import { splitDigest } from '@mapreduce/storage';
import {
  aDigest,
  aJobSettings,
  aMapLease,
  anAttempt,
  anEpoch,
  aPlan,
  aProgress,
  aReduceLease,
  aReduceManifest,
  aSplit,
  aStream,
  FakeSpawn,
  MemoryDisk,
  MemoryLog,
  MemoryTransport,
  SeededRandom,
  settle,
  VirtualClock,
  writeMapOutput,
  type FakeExecutor,
} from '@mapreduce/testing';
import { CoordinatorLostError, UnfitError } from './errors.ts';
import { Supervisor } from './supervisor.ts';

const coordinator = 'http://coordinator';
const mapAttempt = anAttempt('map');
const reduceAttempt = anAttempt('reduce');

let clock: VirtualClock;
let disk: MemoryDisk;
let spawn: FakeSpawn;
let transport: MemoryTransport;
let log: MemoryLog;
let leases: Lease[];
let ends: unknown[];
/** What the coordinator of the moment answers to a registration. */
let registration: RegisterResponse;
/** Files that were PUT, by coordinator's boot. */
let uploads: number[];

const heard = {
  registered: [] as RegisterRequest[],
  beats: [] as HeartbeatRequest[],
  completed: [] as CompletionRequest[],
  held: [] as HoldRequest[],
};

beforeEach(() => {
  clock = new VirtualClock();
  disk = new MemoryDisk();
  spawn = new FakeSpawn();
  transport = new MemoryTransport();
  log = new MemoryLog();
  leases = [];
  ends = [];
  uploads = [];
  Object.assign(heard, { registered: [], beats: [], completed: [], held: [] });
  registration = {
    epoch: anEpoch(),
    settings: aJobSettings({ reducers: 1 }),
    jobDigest: aDigest(),
    sink: { kind: 'volume' },
    heartbeatMs: 1_000,
    cancel: [],
  };
  serve();
});

/** Lets a coordinator answer, with these answers of its own. */
function serve(parts: Partial<Handlers> = {}): void {
  const { epoch } = registration;
  const known = ({ epoch: named }: { readonly epoch: { readonly nonce: string } }) => {
    if (named.nonce !== epoch.nonce) throw new ServiceError('WRONG_EPOCH', 'another coordinator');
  };
  const handlers: Partial<Handlers> = {
    register: (request) => (heard.registered.push(request), Promise.resolve(registration)),
    lease: async (request) => {
      known(request);
      const end = clock.now() + request.waitMs;
      while (leases.length === 0 && clock.now() < end) {
        await new Promise<void>((resolve) => void clock.after(50, resolve));
      }
      return { leases: leases.splice(0, request.slots), plan: aPlan() };
    },
    heartbeat: async (request) => {
      known(request);
      heard.beats.push(request);
      return Promise.resolve({ cancel: [], log: [], ended: false });
    },
    complete: async (request) => {
      known(request);
      heard.completed.push(request);
      return Promise.resolve({ accepted: true });
    },
    hold: async (request) => {
      known(request);
      heard.held.push(request);
      return Promise.resolve({});
    },
    grant: async (request) => {
      known(request);
      return Promise.resolve({ grant: 'granted' });
    },
    ...parts,
  };
  const part = () => {
    uploads.push(epoch.boot);
    return Promise.resolve(aStream());
  };
  transport.peers.set(coordinator, { handlers, bulk: { part } });
}

/** The coordinator dies; `ms` later another one, of the next boot, answers. */
async function replace(parts: Partial<Handlers> = {}, ms = 2_000): Promise<void> {
  transport.peers.delete(coordinator);
  await clock.advance(ms);
  const boot = registration.epoch.boot + 1;
  registration = { ...registration, epoch: anEpoch({ boot, nonce: `0000000${boot}` }) };
  serve(parts);
}

function start(seed = 7, slots = 1): void {
  const ports = {
    ...{ clock, transport, spawn, disk: disk.async, log },
    ...{ random: new SeededRandom(seed), codec: nodeCodec, digest: nodeDigest },
  };
  const options = {
    coordinator,
    address: 'http://worker',
    directory: '/scratch',
    slots,
    token: '',
  };
  const supervisor = new Supervisor(ports, options);
  transport.peers.set('http://worker', { bulk: { segments: supervisor.segments } });
  supervisor.run(new AbortController().signal).then(
    (end) => ends.push(end),
    (error: unknown) => ends.push(error),
  );
}

/** The executor that was given the attempt. */
function executorOf(attempt: string): FakeExecutor {
  const found = spawn.executors.find(({ commands }) =>
    commands.some((command) => command.kind === 'run' && command.attempt === attempt),
  );
  if (found === undefined) throw new Error(`${attempt} does not run`);
  return found;
}

/** The executor ends its map. */
function finishMap(index = 0): void {
  const attempt = anAttempt('map', index);
  const made = [new TextEncoder().encode(`made by ${attempt}`)];
  const result = writeMapOutput(disk.sync, `/scratch/${attempt}`, made);
  executorOf(attempt).report({ kind: 'done', attempt, result });
}

/** Runs maps to their end. */
async function holdMaps(count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    leases = [aMapLease(index)];
    await clock.advance(200);
    finishMap(index);
    await clock.runUntil(() => heard.completed.length === index + 1);
  }
}

describe('under a new coordinator', () => {
  test('a running map goes on, is named, and is reported in the new epoch', async () => {
    start();
    leases = [aMapLease()];
    await clock.advance(500);
    const executor = executorOf(mapAttempt);
    const progress = aProgress({ records: 5, bytes: 9 });
    executor.report({ kind: 'progress', attempt: mapAttempt, progress });
    await replace();
    await clock.runUntil(() => heard.registered.length === 2);
    const [before, after] = heard.registered;
    expect(before).toMatchObject({ held: [], running: [] });
    expect(before?.jobDigest).toBeUndefined();
    expect(after).toMatchObject({
      incarnation: before?.incarnation,
      epoch: anEpoch(),
      jobDigest: aDigest(),
      held: [],
      running: [{ attempt: mapAttempt, split: splitDigest(nodeDigest, aSplit()), progress }],
    });
    await clock.runUntil(() => heard.beats.some(({ epoch }) => epoch.boot === 2));
    expect(heard.beats.at(-1)?.attempts).toEqual([{ attempt: mapAttempt, progress }]);
    expect(executor.isAlive).toBe(true);
    finishMap();
    await clock.runUntil(() => heard.completed.length === 1);
    expect(heard.completed[0]).toMatchObject({ attempt: mapAttempt, epoch: registration.epoch });
    expect(spawn.executors).toHaveLength(1);
  });

  test('a coordinator that gives way to another is no reason to go', async () => {
    let refusals = 0;
    serve({
      register: (request) => {
        refusals++;
        if (refusals < 3) return Promise.reject(new ServiceError('WRONG_EPOCH', 'another one'));
        heard.registered.push(request);
        return Promise.resolve(registration);
      },
    });
    start();
    await clock.runUntil(() => heard.registered.length === 1);
    expect(ends).toEqual([]);
  });

  test('where none but another answers for a minute, the worker goes, and leaves what it holds', async () => {
    start();
    await holdMaps(1);
    await replace({ register: () => Promise.reject(new ServiceError('WRONG_EPOCH', 'another')) });
    await clock.advance(50_000);
    expect(ends).toEqual([]);
    await clock.runUntil(() => ends.length > 0, 30_000);
    expect(ends[0]).toBeInstanceOf(CoordinatorLostError);
    expect(disk.files('/scratch').some((file) => file.includes(mapAttempt))).toBe(true);
  });

  test('what the answer cancels stops, and leaves nothing', async () => {
    start(7, 2);
    leases = [aMapLease(0), aMapLease(1)];
    await clock.advance(500);
    registration = { ...registration, cancel: [mapAttempt] };
    await replace();
    await clock.runUntil(() => heard.registered.length === 2);
    await settle();
    expect(executorOf(mapAttempt).isAlive).toBe(false);
    expect(executorOf(anAttempt('map', 1)).isAlive).toBe(true);
    expect(disk.files('/scratch').filter((file) => file.includes(mapAttempt))).toEqual([]);
    await clock.runUntil(() => heard.beats.some(({ epoch }) => epoch.boot === 2));
    expect(heard.beats.at(-1)?.attempts).toHaveLength(1);
  });

  test('a map that ended meanwhile is offered, and needs no other report', async () => {
    start();
    leases = [aMapLease()];
    await clock.advance(500);
    transport.peers.delete(coordinator);
    finishMap();
    await replace();
    await clock.runUntil(() => heard.beats.some(({ epoch }) => epoch.boot === 2));
    const split = splitDigest(nodeDigest, aSplit());
    expect(heard.registered[1]).toMatchObject({
      held: [{ map: 0, attempt: mapAttempt, split, totals: { recordsIn: 5, counters: {} } }],
      running: [],
    });
    expect(heard.completed).toEqual([]);
    expect(heard.beats.at(-1)?.attempts).toEqual([]);
  });

  test('a reduce that waits for its answer is reported again; its part is sent again', async () => {
    const done = Promise.withResolvers<never>();
    serve({ complete: () => done.promise });
    leases = [aReduceLease(0, 0)];
    start();
    await clock.runUntil(() => spawn.executors[0]?.commands.length === 2);
    finishReduce();
    await clock.runUntil(() => uploads.length === 1);
    await clock.advance(100);
    done.reject(new ServiceError('INTERNAL', 'dies'));
    let refusals = 1;
    await replace({
      complete: (request) => {
        if (request.epoch.boot === 1) return Promise.reject(new ServiceError('WRONG_EPOCH', ''));
        heard.completed.push(request);
        return refusals-- > 0
          ? Promise.reject(new ServiceError('BAD_REQUEST', 'upload it again'))
          : Promise.resolve({ accepted: true });
      },
    });
    await clock.runUntil(() => heard.completed.length === 2);
    expect(heard.registered[1]?.running).toMatchObject([{ attempt: reduceAttempt }]);
    expect(heard.completed.every(({ attempt }) => attempt === reduceAttempt)).toBe(true);
    expect(uploads).toEqual([1, 2]);
    await clock.runUntil(() => heard.beats.at(-1)?.attempts.length === 0);
  });

  test('parts that were committed are reported to each new coordinator', async () => {
    leases = [aReduceLease(0, 0)];
    start();
    await clock.runUntil(() => spawn.executors[0]?.commands.length === 2);
    finishReduce();
    await clock.runUntil(() => heard.completed.length === 1);
    await replace();
    await clock.runUntil(() => heard.completed.length === 2);
    expect(heard.completed[1]).toMatchObject({
      attempt: reduceAttempt,
      epoch: registration.epoch,
      result: heard.completed[0]?.result,
    });
    expect(uploads).toEqual([1]);
    expect(disk.files('/scratch').some((file) => file.endsWith('part/part-00000'))).toBe(true);
  });

  /** The coordinator's next life names a file of an output directory, which the worker's disk fails to read. */
  async function failToSee(code: string, forMs: number): Promise<void> {
    let until = Infinity;
    disk = new MemoryDisk({
      before: (operation, path) => {
        const isFailing = operation === 'open' && path === '/out/nonce' && clock.now() < until;
        if (isFailing) throw new DiskError(code, path, 'not now');
      },
    });
    disk.sync.makeDirectory('/out');
    await disk.async.write('/out/nonce', new TextEncoder().encode('right'));
    start();
    await holdMaps(1);
    const sink = { kind: 'file', directory: '/out' } as const;
    registration = { ...registration, sink, nonce: { path: '/out/nonce', content: 'right' } };
    await replace();
    until = clock.now() + forMs;
  }

  test.each([
    ['EIO', 20_000],
    ['ENOENT', 500],
  ])(
    'a disk that answers %s for %i ms of the output directory is no reason to go',
    async (code, ms) => {
      await failToSee(code, ms);
      await clock.advance(ms + 2_000);
      expect(ends).toEqual([]);
      expect(heard.beats.at(-1)?.epoch.boot).toBe(2);
    },
  );

  test.each([
    ['EIO', 40_000],
    ['EACCES', 5_000],
  ])('one that answers %s for longer is, and what is held stays', async (code, ms) => {
    await failToSee(code, Infinity);
    await clock.runUntil(() => ends.length > 0, ms);
    expect(ends[0]).toBeInstanceOf(UnfitError);
    expect(disk.files('/scratch').some((file) => file.includes(mapAttempt))).toBe(true);
  });

  test('one with other settings is not served, and what is held is kept for another', async () => {
    start();
    await holdMaps(1);
    registration = { ...registration, jobDigest: aDigest('f') };
    await replace();
    await clock.runUntil(() => ends.length > 0);
    expect(ends[0]).toBeInstanceOf(UnfitError);
    expect(String(ends[0])).toContain('start the worker anew');
    expect(disk.files('/scratch').some((file) => file.includes(mapAttempt))).toBe(true);
  });
});

/** The executor ends its reduce. */
function finishReduce(): void {
  const executor = executorOf(reduceAttempt);
  const command = executor.commands.at(-1);
  if (command?.kind !== 'run') throw new Error('expected a reduce');
  const file = disk.sync.create(`${command.outputDirectory ?? ''}/part-00000`);
  file.append(new Uint8Array(20));
  file.close();
  executor.report({ kind: 'done', attempt: reduceAttempt, result: aReduceManifest() });
}

describe('a worker that starts where another one died', () => {
  /** Holds two outputs; then the worker is gone, as a killed one is, and another one starts. */
  async function restart(
    damage: () => void | Promise<void> = () => undefined,
    answers: Partial<Handlers> = {},
  ): Promise<void> {
    start();
    await holdMaps(2);
    transport.peers.delete(coordinator);
    await clock.runUntil(() => ends.length > 0, 70_000);
    expect(ends[0]).toBeInstanceOf(CoordinatorLostError);
    await damage();
    Object.assign(heard, { registered: [], beats: [], completed: [], held: [] });
    ends = [];
    serve(answers);
    start(8);
    await clock.runUntil(() => heard.beats.length + ends.length > 0);
  }

  const file = (index: number, name: string) => `/scratch/${anAttempt('map', index)}/${name}`;

  test('says whose place it takes', async () => {
    let former: string | undefined;
    await restart(() => {
      former = heard.registered.at(-1)?.incarnation;
    });
    expect(former).toMatch(/^[0-9a-f]{16}$/);
    expect(heard.registered[0]?.replaces).toBe(former);
    expect(heard.registered[0]?.incarnation).not.toBe(former);
  });

  test('replaces nobody where that was not written down whole', async () => {
    await restart(async () => {
      await disk.async.remove('/scratch/incarnation');
      await disk.async.write('/scratch/incarnation', new Uint8Array(16));
    });
    expect(heard.registered[0]).not.toHaveProperty('replaces');
  });

  test('offers what it finds there, and serves it', async () => {
    let offered: unknown;
    await restart(() => {
      offered = heard.completed.map(({ attempt, result }) => ({
        attempt,
        storedRoot: result.kind === 'map' && result.storedRoot,
      }));
    });
    expect(heard.registered).toMatchObject([{ held: [], running: [] }]);
    expect(heard.held).toMatchObject([{ held: offered }]);
    expect(heard.held[0]?.incarnation).toBe(heard.registered[0]?.incarnation);
    const maps = [{ map: 1, attempt: anAttempt('map', 1) }];
    const request = { json: { partition: 0, maps } };
    const answer = await transport.bulk('http://worker', 'segments', request, { timeoutMs: 1_000 });
    let text = '';
    for await (const chunk of answer.chunks) text += new TextDecoder().decode(chunk);
    expect(text).toContain(`made by ${anAttempt('map', 1)}`);
    // From then on it is held like any other.
    await replace();
    await clock.runUntil(() => heard.registered.length === 2);
    expect(heard.registered[1]?.held).toMatchObject(offered as object);
  });

  test.each<[string, () => void | Promise<void>]>([
    ['a byte of the data', () => disk.corrupt(file(0, 'data'), 3, 1)],
    ['a byte of the index', () => disk.corrupt(file(0, 'index'), 40, 1)],
    ['a byte of the manifest', () => disk.corrupt(file(0, 'manifest'), 200, 1)],
    ['the manifest’s end', () => cut(file(0, 'manifest'))],
    ['the data’s end', () => cut(file(0, 'data'))],
    ['the manifest', () => disk.sync.remove(file(0, 'manifest'))],
    ['the index', () => disk.sync.remove(file(0, 'index'))],
    ['its own manifest', () => swap(file(0, 'manifest'), file(1, 'manifest'))],
    ['its own data', () => swap(file(0, 'data'), file(1, 'data'))],
  ])('deletes an output that has lost %s', async (_what, damage) => {
    await restart(damage);
    expect(disk.files('/scratch').filter((path) => path.includes(mapAttempt))).toEqual([]);
    expect(heard.held.flatMap(({ held }) => held.map(({ map }) => map))).toEqual([1]);
  });

  test('deletes outputs of another job, and whatever else lies there', async () => {
    await restart(async () => {
      registration = { ...registration, jobDigest: aDigest('f') };
      await disk.async.makeDirectory(`/scratch/${reduceAttempt}/work`);
      await disk.async.write('/scratch/rubbish', new Uint8Array(1));
    });
    expect(heard.held).toEqual([]);
    expect(disk.files('/scratch')).toEqual(['/scratch/incarnation']);
  });

  test('leaves what it finds there, where it is refused', async () => {
    const refused = new ServiceError('FORBIDDEN', 'another token');
    await restart(undefined, { register: () => Promise.reject(refused) });
    expect(ends[0]).toBeInstanceOf(UnfitError);
    expect(disk.files('/scratch').some((path) => path.includes(mapAttempt))).toBe(true);
  });

  async function cut(path: string): Promise<void> {
    const bytes = await disk.async.read(path);
    disk.sync.remove(path);
    await disk.async.write(path, bytes.subarray(0, -1));
  }

  /** Only the copy of the second is of use. */
  async function swap(path: string, other: string): Promise<void> {
    disk.sync.remove(path);
    await disk.async.write(path, await disk.async.read(other));
  }
});
