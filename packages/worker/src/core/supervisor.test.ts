import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  ServiceError,
  type CompletionRequest,
  type ExecutorCommand,
  type FailureRequest,
  type Handlers,
  type HeartbeatRequest,
  type HeartbeatResponse,
  type Lease,
  type LeaseRequest,
  type RegisterRequest,
  type RegisterResponse,
} from '@mapreduce/protocol';
import { TransportError } from '@mapreduce/service';
import { nodeCodec, nodeDigest } from '@mapreduce/service/node';
import { OutputLayout, readCommitRecord } from '@mapreduce/storage';
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
const layout = new OutputLayout('/out', 'job-1');

let clock: VirtualClock;
let disk: MemoryDisk;
let spawn: FakeSpawn;
let transport: MemoryTransport;
let registration: RegisterResponse;
let handlers: Handlers;
/** What the coordinator leases next, and answers to the next heartbeat. */
let leases: Lease[];
let nextBeat: Partial<HeartbeatResponse>;
let leave: AbortController;
let ends: unknown[];

const heard = {
  registered: [] as RegisterRequest[],
  leased: [] as LeaseRequest[],
  beats: [] as HeartbeatRequest[],
  completed: [] as CompletionRequest[],
  failed: [] as FailureRequest[],
  left: 0,
};

beforeEach(() => {
  clock = new VirtualClock();
  disk = new MemoryDisk();
  spawn = new FakeSpawn(work);
  transport = new MemoryTransport();
  Object.assign(heard, {
    registered: [],
    leased: [],
    beats: [],
    completed: [],
    failed: [],
    left: 0,
  });
  leases = [];
  nextBeat = {};
  ends = [];
  leave = new AbortController();
  for (const path of [layout.attempts, layout.commits]) disk.sync.makeDirectory(path);
  registration = {
    epoch: anEpoch(),
    settings: aJobSettings({ reducers: 1 }),
    sink: { kind: 'file', directory: '/out' },
    heartbeatMs: 1_000,
    jobDigest: aDigest(),
    cancel: [],
  };
  handlers = {
    register: (request) => (heard.registered.push(request), Promise.resolve(registration)),
    hold: () => Promise.resolve({}),
    lease: answerLease,
    heartbeat: (request) => {
      heard.beats.push(request);
      const answer = { cancel: [], log: [], ended: false, ...nextBeat };
      nextBeat = {};
      return Promise.resolve(answer);
    },
    complete: (request) => (heard.completed.push(request), Promise.resolve({ accepted: true })),
    audit: () => Promise.resolve({}),
    fail: (request) => (heard.failed.push(request), Promise.resolve({})),
    fetchFailed: () => Promise.resolve({}),
    grant: () => Promise.resolve({ grant: 'granted' }),
    drain: () => Promise.resolve({}),
    leave: () => (heard.left++, Promise.resolve({})),
    status: notForWorkers,
    cancel: notForWorkers,
    scaleDown: notForWorkers,
    drainWorkers: notForWorkers,
    lostWorkers: notForWorkers,
  };
});

function notForWorkers(): Promise<never> {
  return Promise.reject(new Error('not for workers'));
}

/** Answers at once while there are leases, else after the request's own time. */
async function answerLease(request: LeaseRequest) {
  heard.leased.push(request);
  const end = clock.now() + request.waitMs;
  while (leases.length === 0 && clock.now() < end) {
    await new Promise<void>((resolve) => void clock.after(50, resolve));
  }
  return { leases: leases.splice(0, request.slots), plan: aPlan() };
}

/** An executor that does maps and reduces in no time. */
function work(executor: FakeExecutor, command: ExecutorCommand): void {
  if (command.kind === 'load') {
    executor.report({ kind: 'ready' });
    return;
  }
  const { attempt, directory, outputDirectory, consumed } = command;
  if (command.task.kind === 'map') {
    const result = writeMapOutput(disk.sync, directory, [new TextEncoder().encode('made')]);
    executor.report({ kind: 'done', attempt, result });
  } else if (command.task.kind === 'reduce' && outputDirectory !== undefined) {
    const file = disk.sync.create(`${outputDirectory}/part-00000`);
    file.append(new Uint8Array(20));
    file.close();
    const result = aReduceManifest(consumed === undefined ? {} : { consumed });
    executor.report({ kind: 'done', attempt, result });
  }
}

function start(slots = 1): Supervisor {
  const ports = {
    clock,
    transport,
    spawn,
    disk: disk.async,
    random: new SeededRandom(7),
    codec: nodeCodec,
    digest: nodeDigest,
    log: new MemoryLog(),
  };
  const options = {
    coordinator,
    address: 'http://worker',
    directory: '/scratch',
    slots,
    token: '',
  };
  const supervisor = new Supervisor(ports, options);
  transport.peers.set(coordinator, { handlers });
  transport.peers.set('http://worker', { bulk: { segments: supervisor.segments } });
  supervisor.run(leave.signal).then(
    (end) => ends.push(end),
    (error: unknown) => ends.push(error),
  );
  return supervisor;
}

const mapAttempt = anAttempt('map');
const hold = (_executor: FakeExecutor, _command: ExecutorCommand) => undefined;

describe('Supervisor', () => {
  test('registers, maps, reduces and commits; at the job’s end nothing of it is left', async () => {
    start();
    leases = [aMapLease()];
    await clock.runUntil(() => heard.completed.length === 1);
    const [completed] = heard.completed;
    if (completed?.result.kind !== 'map') throw new Error('expected a map');
    const { storedRoot, contentRoot } = completed.result;
    nextBeat = {
      log: [
        {
          kind: 'mapped',
          map: 0,
          attempt: mapAttempt,
          holder: completed.incarnation,
          address: 'http://worker',
          storedRoot,
          contentRoot,
        },
      ],
    };
    leases = [aReduceLease(0, 1)];
    await clock.runUntil(() => heard.completed.length === 2);
    const committed = await readCommitRecord(disk.async, layout, 0);
    expect(committed?.record).toMatchObject({ attempt: anAttempt('reduce'), partition: 0 });
    expect(disk.sync.status('/out/part-00000').size).toBe(20);
    expect(disk.files('/scratch').filter((file) => file.includes('reduce'))).toEqual([]);
    nextBeat = { ended: true };
    await clock.runUntil(() => ends.length > 0);
    expect(ends).toEqual(['ended']);
    expect(() => disk.sync.status('/scratch')).toThrow('ENOENT');
    expect(spawn.alive).toEqual([]);
    expect(heard.left).toBe(0);
    await clock.advance(100_000);
    expect(clock.pending).toBe(0);
  });

  test('a lease request that broke is repeated as it was', async () => {
    let broken = 0;
    const lease = handlers.lease;
    handlers = {
      ...handlers,
      lease: (request) => {
        if (broken++ >= 2) return lease(request);
        heard.leased.push(request);
        return Promise.reject(new TransportError('broken'));
      },
    };
    start(3);
    leases = [aMapLease()];
    await clock.runUntil(() => heard.completed.length === 1);
    expect(heard.leased.slice(0, 3).map(({ slots }) => slots)).toEqual([3, 3, 3]);
    expect(new Set(heard.leased.slice(0, 3).map(({ request }) => request)).size).toBe(1);
  });

  test('names every attempt with its progress, and stops those that are cancelled', async () => {
    spawn.onCommand = hold;
    start(2);
    leases = [aMapLease(0), aMapLease(1)];
    await clock.advance(500);
    const [first] = spawn.executors.filter(({ commands }) =>
      commands.some((command) => command.kind === 'run' && command.attempt === mapAttempt),
    );
    const progress = aProgress({ records: 5, bytes: 9 });
    first?.report({ kind: 'progress', attempt: mapAttempt, progress });
    nextBeat = { cancel: [mapAttempt] };
    await clock.advance(1_000);
    expect(heard.beats[0]?.attempts).toEqual([
      { attempt: mapAttempt, progress },
      { attempt: anAttempt('map', 1), progress: aProgress() },
    ]);
    expect(first?.isAlive).toBe(false);
    await clock.advance(1_000);
    expect(heard.beats[1]?.attempts.map(({ attempt }) => attempt)).toEqual([anAttempt('map', 1)]);
    expect(heard.failed).toEqual([]);
    expect(spawn.alive).toHaveLength(2);
    // The slot is offered again, though the request before still waits.
    expect(heard.leased.at(-1)?.slots).toBe(1);
  });

  test('a map that has made its output is compared with what has won, though it is cancelled', async () => {
    const audits: unknown[] = [];
    const compare = { attempt: anAttempt('map', 0, 1), holder: 'w9', address: 'http://gone' };
    let answer: (() => void) | undefined;
    handlers = {
      ...handlers,
      complete: async () => {
        await new Promise<void>((resolve) => (answer = resolve));
        return { accepted: false, compare: { ...compare, contentRoot: aDigest() } };
      },
      audit: (request) => (audits.push(request), Promise.resolve({})),
    };
    start();
    leases = [aMapLease()];
    await clock.runUntil(() => answer !== undefined);
    nextBeat = { cancel: [mapAttempt] };
    await clock.advance(1_000);
    answer?.();
    await clock.runUntil(() => audits.length === 1);
    expect(audits).toMatchObject([{ attempt: mapAttempt, differing: 'all' }]);
  });

  test('reports how an attempt failed, and goes on', async () => {
    spawn.onCommand = (executor, command) => {
      if (command.kind === 'run') executor.exit({ exitCode: 3 });
    };
    start();
    leases = [aMapLease()];
    await clock.runUntil(() => heard.failed.length === 1);
    expect(heard.failed[0]).toMatchObject({
      attempt: mapAttempt,
      error: { kind: 'exit', exitCode: 3 },
    });
    spawn.onCommand = work;
    leases = [aMapLease(1)];
    await clock.runUntil(() => heard.completed.length === 1);
    expect(disk.files('/scratch').some((file) => file.includes(mapAttempt))).toBe(false);
  });

  test('presumed dead, it comes back as another, offers what it holds and drops what runs', async () => {
    start();
    leases = [aMapLease()];
    await clock.runUntil(() => heard.completed.length === 1);
    spawn.onCommand = hold;
    leases = [aMapLease(1)];
    await clock.advance(300);
    const { heartbeat } = handlers;
    handlers = {
      ...handlers,
      heartbeat: () => Promise.reject(new ServiceError('UNKNOWN_WORKER', '')),
    };
    transport.peers.set(coordinator, { handlers });
    await clock.runUntil(() => heard.registered.length === 2);
    handlers = { ...handlers, heartbeat };
    transport.peers.set(coordinator, { handlers });
    const [before, after] = heard.registered;
    expect(after?.incarnation).not.toBe(before?.incarnation);
    expect(after?.held).toMatchObject([{ map: 0, attempt: mapAttempt }]);
    expect(after?.epoch).toEqual(registration.epoch);
    spawn.onCommand = work;
    leases = [aMapLease(2)];
    await clock.runUntil(() => heard.completed.length === 2);
    expect(heard.completed[1]).toMatchObject({
      attempt: anAttempt('map', 2),
      incarnation: after?.incarnation,
    });
    expect(disk.files('/scratch').some((file) => file.includes(anAttempt('map', 1)))).toBe(false);
  });

  test('to a new coordinator it speaks in the new epoch; an older one it does not believe', async () => {
    start();
    await clock.advance(100);
    registration = { ...registration, epoch: anEpoch({ boot: 2, nonce: '11111111' }) };
    const refuse = () => Promise.reject(new ServiceError('WRONG_EPOCH', ''));
    const { heartbeat } = handlers;
    transport.peers.set(coordinator, { handlers: { ...handlers, heartbeat: refuse } });
    await clock.runUntil(() => heard.registered.length === 2);
    expect(heard.registered[1]?.incarnation).toBe(heard.registered[0]?.incarnation);
    // Now the old one answers again.
    registration = { ...registration, epoch: anEpoch() };
    await clock.advance(10_000);
    expect(heard.registered.length).toBeGreaterThan(5);
    expect(heard.beats).toEqual([]);
    registration = { ...registration, epoch: anEpoch({ boot: 3, nonce: '22222222' }) };
    transport.peers.set(coordinator, { handlers: { ...handlers, heartbeat } });
    await clock.runUntil(() => heard.beats.length > 0);
    expect(heard.beats[0]?.epoch).toEqual(registration.epoch);
  });

  test('a completion that was not acknowledged is offered to the next coordinator', async () => {
    const refuse = () => Promise.reject(new ServiceError('WRONG_EPOCH', ''));
    const { complete } = handlers;
    handlers = { ...handlers, complete: refuse };
    start();
    leases = [aMapLease()];
    await clock.runUntil(() => heard.registered.length === 2);
    expect(heard.registered[1]?.held).toMatchObject([{ map: 0, attempt: mapAttempt }]);
    handlers = {
      ...handlers,
      complete: (request) => complete(request).then(() => ({ accepted: false })),
    };
    transport.peers.set(coordinator, { handlers });
    // The request of the session before waits no more.
    await clock.advance(10_000);
    leases = [aMapLease(1)];
    await clock.runUntil(() => heard.completed.length === 1);
    await settle();
    expect(disk.files('/scratch').some((file) => file.includes(mapAttempt))).toBe(true);
    expect(disk.files('/scratch').some((file) => file.includes(anAttempt('map', 1)))).toBe(false);
  });

  test('leaves when told to: says so, kills its executors, cleans up', async () => {
    spawn.onCommand = hold;
    start();
    leases = [aMapLease()];
    await clock.advance(300);
    leave.abort();
    await settle();
    expect(ends).toEqual(['left']);
    expect(heard.left).toBe(1);
    expect(heard.failed).toEqual([]);
    expect(spawn.alive).toEqual([]);
    expect(() => disk.sync.status('/scratch')).toThrow('ENOENT');
  });

  test('gives up when the coordinator is gone for a minute', async () => {
    start();
    await clock.advance(3_000);
    transport.peers.delete(coordinator);
    await clock.advance(50_000);
    expect(ends).toEqual([]);
    await clock.runUntil(() => ends.length > 0, 30_000);
    expect(ends[0]).toBeInstanceOf(CoordinatorLostError);
  });

  test('an output directory that is taken back meanwhile is asked for again', async () => {
    const ended = registration;
    registration = { ...ended, nonce: { path: layout.nonce, content: 'right' } };
    const register = () => {
      const answer = registration;
      registration = ended;
      return Promise.resolve(answer);
    };
    handlers = { ...handlers, register };
    start();
    await clock.advance(2_000);
    expect(ends).toEqual([]);
    expect(heard.beats).not.toEqual([]);
  });

  test.each([
    ['is not there', undefined, 'ENOENT'],
    ['holds something else', 'other', 'holds something else'],
  ])('an output directory whose nonce %s is not shared', async (_what, content, message) => {
    const nonce = { path: layout.nonce, content: 'right' };
    if (content !== undefined)
      await disk.async.write(nonce.path, new TextEncoder().encode(content));
    registration = { ...registration, nonce };
    start();
    await clock.runUntil(() => ends.length > 0);
    expect(ends[0]).toBeInstanceOf(UnfitError);
    expect(String(ends[0])).toContain('/out: not shared');
    expect(String(ends[0])).toContain(message);
  });

  test.each([true, false])(
    'a module is fetched, and must be the one named: %s',
    async (isRight) => {
      const bytes = new TextEncoder().encode('export default {}');
      const sha256 = isRight ? Buffer.from(nodeDigest.of(bytes)).toString('hex') : 'f'.repeat(64);
      const program = { kind: 'module', name: 'job.ts', sha256 } as const;
      registration = { ...registration, settings: aJobSettings({ program }) };
      start();
      const bulk = { program: () => Promise.resolve(aStream(bytes)) };
      transport.peers.set(coordinator, { handlers, bulk });
      await clock.advance(200);
      if (isRight) {
        const [load] = spawn.executors[0]?.commands ?? [];
        expect(load).toMatchObject({ kind: 'load', programPath: `/scratch/program-${sha256}.mjs` });
        expect(ends).toEqual([]);
      } else {
        expect(ends[0]).toBeInstanceOf(UnfitError);
      }
    },
  );
});
