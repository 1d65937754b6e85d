import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  ServiceError,
  type CompletionRequest,
  type DrainRequest,
  type Handlers,
  type HeartbeatResponse,
  type HoldRequest,
  type Lease,
  type LeaseRequest,
  type RegisterRequest,
  type RegisterResponse,
  type TakeOver,
} from '@mapreduce/protocol';
import { nodeCodec, nodeDigest } from '@mapreduce/service/node';
import {
  aDigest,
  aJobSettings,
  aMapLease,
  anAttempt,
  anEpoch,
  aPlan,
  FakeSpawn,
  MemoryDisk,
  MemoryLog,
  MemoryTransport,
  SeededRandom,
  VirtualClock,
  writeMapOutput,
} from '@mapreduce/testing';
import { Supervisor } from '../supervisor.ts';

const coordinator = 'http://coordinator';
const attempt = anAttempt('map');
const bytes = new TextEncoder().encode('what the map made');

let clock: VirtualClock;
let disk: MemoryDisk;
let spawn: FakeSpawn;
let transport: MemoryTransport;
let log: MemoryLog;
let leases: Lease[];
let registration: RegisterResponse;
/** What heartbeats are answered, by the worker's number in `workers`. */
let answers: Partial<HeartbeatResponse>[];
let workers: Worker[];
let stopped: number[];

interface Worker {
  readonly supervisor: Supervisor;
  readonly leave: AbortController;
  readonly ends: unknown[];
  incarnation: string;
}

const heard = {
  registered: [] as RegisterRequest[],
  asked: [] as LeaseRequest[],
  completed: [] as CompletionRequest[],
  drained: [] as DrainRequest[],
  held: [] as HoldRequest[],
  left: [] as string[],
};

beforeEach(() => {
  clock = new VirtualClock();
  disk = new MemoryDisk();
  spawn = new FakeSpawn();
  transport = new MemoryTransport();
  log = new MemoryLog();
  leases = [];
  answers = [];
  workers = [];
  stopped = [];
  const none = { registered: [], asked: [], completed: [], drained: [], held: [], left: [] };
  Object.assign(heard, none);
  registration = {
    epoch: anEpoch(),
    settings: aJobSettings({ reducers: 1 }),
    jobDigest: aDigest(),
    sink: { kind: 'volume' },
    heartbeatMs: 1_000,
    cancel: [],
  };
  const handlers: Partial<Handlers> = {
    register: (request) => {
      heard.registered.push(request);
      const { incarnation, address } = request;
      const worker = workers[Number(address.slice(-1))];
      if (worker !== undefined) worker.incarnation = incarnation;
      return Promise.resolve(registration);
    },
    lease: async (request) => {
      heard.asked.push(request);
      const end = clock.now() + request.waitMs;
      while (leases.length === 0 && clock.now() < end) {
        await new Promise<void>((resolve) => void clock.after(50, resolve));
      }
      return { leases: leases.splice(0, request.slots), plan: aPlan() };
    },
    heartbeat: async ({ incarnation, epoch }) => {
      if (epoch.boot !== registration.epoch.boot) throw new ServiceError('WRONG_EPOCH', 'another');
      const number = workers.findIndex((worker) => worker.incarnation === incarnation);
      return Promise.resolve({ cancel: [], log: [], ended: false, ...answers[number] });
    },
    complete: (request) => (heard.completed.push(request), Promise.resolve({ accepted: true })),
    drain: (request) => (heard.drained.push(request), Promise.resolve({})),
    hold: (request) => (heard.held.push(request), Promise.resolve({})),
    leave: ({ incarnation }) => (heard.left.push(incarnation), Promise.resolve({})),
  };
  transport.peers.set(coordinator, { handlers });
});

function start(): Worker {
  const number = workers.length;
  const address = `http://worker-${number}`;
  const ports = {
    ...{ clock, transport, spawn, disk: disk.async, log },
    ...{ random: new SeededRandom(number + 1), codec: nodeCodec, digest: nodeDigest },
  };
  const supervisor = new Supervisor(ports, {
    ...{ coordinator, address, directory: `/scratch-${number}`, slots: 1, token: '' },
    stopServing: () => {
      stopped.push(heard.left.length);
      return Promise.resolve();
    },
  });
  const { segments, output } = supervisor;
  transport.peers.set(address, { bulk: { segments, output } });
  const worker: Worker = { supervisor, leave: new AbortController(), ends: [], incarnation: '' };
  workers.push(worker);
  supervisor.run(worker.leave.signal).then(
    (end) => worker.ends.push(end),
    (error: unknown) => worker.ends.push(error),
  );
  return worker;
}

function finishMap(): void {
  const executor = spawn.executors.find(({ commands }) =>
    commands.some((command) => command.kind === 'run' && command.attempt === attempt),
  );
  const result = writeMapOutput(disk.sync, `/scratch-0/${attempt}`, [bytes]);
  executor?.report({ kind: 'done', attempt, result });
}

/** A worker that holds the output of a map. */
async function holder(): Promise<Worker> {
  const worker = start();
  leases = [aMapLease()];
  await clock.advance(200);
  finishMap();
  await clock.runUntil(() => heard.completed.length === 1);
  return worker;
}

function order(from: Worker): TakeOver {
  const [{ result } = {}] = heard.completed;
  if (result?.kind !== 'map') throw new Error('no map was completed');
  const { storedRoot, contentRoot } = result;
  const { incarnation } = from;
  return {
    map: 0,
    attempt,
    holder: incarnation,
    address: 'http://worker-0',
    storedRoot,
    contentRoot,
  };
}

describe('a worker that is told to leave', () => {
  test('says so, asks for no task any more, and goes when it may: first it stops serving', async () => {
    const worker = await holder();
    await clock.advance(100);
    const asked = heard.asked.length;
    worker.supervisor.drain(90_000);
    await clock.advance(20_000);
    expect(heard.drained).toMatchObject([{ graceMs: 90_000 }]);
    expect(heard.asked).toHaveLength(asked);
    expect(worker.ends).toEqual([]);
    answers = [{ mayLeave: true }];
    await clock.runUntil(() => worker.ends.length === 1);
    expect(worker.ends).toEqual(['left']);
    expect([stopped, heard.left]).toEqual([[0], [worker.incarnation]]);
    expect(disk.files('/')).toEqual([]);
  });

  test('finishes what it runs before it goes', async () => {
    const worker = start();
    leases = [aMapLease()];
    await clock.advance(200);
    worker.supervisor.drain(90_000);
    answers = [{ mayLeave: true }];
    await clock.advance(5_000);
    expect(worker.ends).toEqual([]);
    finishMap();
    await clock.runUntil(() => worker.ends.length === 1);
    expect(heard.completed).toHaveLength(1);
  });

  test('goes when its grace is over, or when it is told to go at once', async () => {
    const worker = await holder();
    worker.supervisor.drain(30_000);
    await clock.advance(29_900);
    expect(worker.ends).toEqual([]);
    await clock.advance(200);
    expect(worker.ends).toEqual(['left']);
    const hasty = start();
    await clock.advance(200);
    hasty.supervisor.drain(30_000);
    hasty.leave.abort();
    await clock.advance(600);
    expect(hasty.ends).toEqual(['left']);
    expect([stopped, heard.left.length]).toEqual([[], 2]);
  });

  test('waits for a coordinator that is being replaced, but not as long as its grace', async () => {
    const worker = await holder();
    const peer = transport.peers.get(coordinator) ?? {};
    transport.peers.delete(coordinator);
    worker.supervisor.drain(90_000);
    await clock.advance(25_000);
    expect(worker.ends).toEqual([]);
    transport.peers.set(coordinator, peer);
    await clock.advance(25_000);
    expect([worker.ends, heard.drained.length]).toEqual([[], 1]);
    transport.peers.delete(coordinator);
    await clock.advance(36_000);
    expect(worker.ends).toEqual(['left']);
    expect(disk.files('/')).toEqual([]);
  });

  test('tells each coordinator: the one of now by itself, the next ones as it registers', async () => {
    const worker = await holder();
    worker.supervisor.drain(90_000);
    await clock.advance(10_000);
    registration = { ...registration, epoch: anEpoch({ boot: 2, nonce: '00000002' }) };
    await clock.advance(10_000);
    expect(heard.registered.map(({ graceMs }) => graceMs === undefined)).toEqual([true, false]);
    expect(heard.registered[1]?.epoch?.boot).toBe(1);
    expect(heard.registered[1]?.graceMs).toBeLessThan(81_000);
    expect(heard.drained).toHaveLength(1);
    expect(worker.ends).toEqual([]);
  });
});

describe('an output that is taken over', () => {
  test('is checked, kept like an own one, and reported until it is held', async () => {
    const from = await holder();
    const to = start();
    answers = [{}, { takeOver: [order(from)] }];
    await clock.runUntil(() => heard.held.length > 0);
    expect(heard.held[0]).toMatchObject({
      incarnation: to.incarnation,
      held: [{ map: 0, attempt }],
    });
    for (const name of ['data', 'index', 'manifest']) {
      const path = (number: number) => `/scratch-${number}/${attempt}/${name}`;
      expect(await disk.async.read(path(1))).toEqual(await disk.async.read(path(0)));
    }
    from.leave.abort();
    await clock.runUntil(() => from.ends.length === 1);
    await clock.runUntil(() => heard.held.length > 3);
    expect(transport.calls.filter(({ route }) => route === 'output')).toHaveLength(1);
  });

  test.each(['data', 'index', 'manifest'])('is refused where its %s is damaged', async (name) => {
    const from = await holder();
    const path = `/scratch-0/${attempt}/${name}`;
    const damaged = Uint8Array.from(await disk.async.read(path));
    damaged[damaged.length >> 1] = (damaged[damaged.length >> 1] ?? 0) ^ 1;
    disk.sync.remove(path);
    await disk.async.write(path, damaged);
    start();
    answers = [{}, { takeOver: [order(from)] }];
    await clock.advance(5_000);
    expect(heard.held).toEqual([]);
    expect(transport.calls.filter(({ route }) => route === 'output').length).toBeGreaterThan(1);
    expect(disk.files('/scratch-1').filter((path) => path.includes(attempt))).toEqual([]);
  });

  test('is refused where it is not the one that was ordered', async () => {
    const from = await holder();
    start();
    answers = [{}, { takeOver: [{ ...order(from), contentRoot: aDigest('f') }] }];
    await clock.advance(5_000);
    expect(heard.held).toEqual([]);
    expect(disk.files('/scratch-1').filter((path) => path.includes(attempt))).toEqual([]);
  });
});
