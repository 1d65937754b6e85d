import { beforeEach, expect, test } from '@jest/globals';
import type { AuditRequest, Comparison, CompletionRequest, Lease } from '@mapreduce/protocol';
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
import { serveOutput } from '../leave/serve-output.ts';
import { heldOutput, HeldOutputs, outputIn } from './held-outputs.ts';

const [coordinator, holder, address] = ['http://coordinator', 'http://w1', 'http://w0'];
const first = anAttempt('map', 0, 7);
const partitions = 3;
const text = (value: string) => new TextEncoder().encode(value);
/** One record a byte, so that lengths are counts. */
const [before, after] = [
  [text('aa'), text('bb'), text('cc')],
  [text('aa'), text('bbb'), text('dd')],
];

let clock: VirtualClock;
let transport: MemoryTransport;
let disk: MemoryDisk;
let audits: AuditRequest[];
let completed: CompletionRequest[];
let leases: Lease[];
let answer: { accepted: boolean; compare?: Comparison };
let leave: AbortController;

/** Runs a worker whose map gives `after`, and is told to compare it. */
async function run(accepted: boolean, contentRoot: string): Promise<string> {
  const compare = { attempt: first, holder: 'w1', address: holder, contentRoot };
  answer = { accepted, compare };
  const spawn = new FakeSpawn();
  const ports = {
    ...{ clock, transport, spawn, disk: disk.async, log: new MemoryLog() },
    ...{ random: new SeededRandom(1), codec: nodeCodec, digest: nodeDigest },
  };
  const options = { coordinator, address, directory: '/scratch', slots: 1, token: '' };
  void new Supervisor(ports, options).run(leave.signal);
  await clock.advance(200);
  const { attempt } = aMapLease();
  const result = writeMapOutput(disk.sync, `/scratch/${attempt}`, after);
  spawn.executors[0]?.report({ kind: 'done', attempt, result });
  await clock.advance(20_000);
  expect(completed.length).toBeGreaterThan(0);
  return attempt;
}

beforeEach(() => {
  clock = new VirtualClock();
  transport = new MemoryTransport();
  disk = new MemoryDisk();
  leave = new AbortController();
  [audits, completed, leases] = [[], [], [aMapLease()]];
  const registration = {
    ...{ epoch: anEpoch(), settings: aJobSettings({ reducers: partitions }), cancel: [] },
    ...{ jobDigest: aDigest(), sink: { kind: 'volume' as const }, heartbeatMs: 1_000 },
  };
  const handlers = {
    register: () => Promise.resolve(registration),
    lease: async ({ waitMs }: { waitMs: number }) => {
      if (leases.length === 0) await new Promise<void>((done) => void clock.after(waitMs, done));
      return { leases: leases.splice(0, 1), plan: aPlan() };
    },
    heartbeat: () => Promise.resolve({ cancel: [], log: [], ended: false }),
    complete: (request: CompletionRequest) => {
      completed.push(request);
      return Promise.resolve(answer);
    },
    audit: (request: AuditRequest) => (audits.push(request), Promise.resolve({})),
    leave: () => Promise.resolve({}),
  };
  transport.peers.set(coordinator, { handlers });
});

/** Another worker holds the map's first output; returns its content root. */
function hold(segments: readonly Uint8Array[]): string {
  const theirs = new MemoryDisk();
  const held = new HeldOutputs();
  const manifest = writeMapOutput(theirs.sync, '/theirs', segments);
  held.add(outputIn('/theirs', heldOutput(first, aDigest(), manifest)));
  const output = (request: object) => serveOutput(held, theirs.async, request);
  transport.peers.set(holder, { bulk: { output } });
  return manifest.contentRoot;
}

test.each([true, false])('says where outputs differ (accepted: %s)', async (accepted) => {
  const attempt = await run(accepted, hold(before));
  const differing = [
    { partition: 1, records: [2, 3] },
    { partition: 2, records: [2, 2] },
  ];
  expect(audits).toMatchObject([{ attempt, first, differing }]);
  expect((await disk.async.list('/scratch')).includes(attempt)).toBe(accepted);
});

test.each<[string, () => string]>([
  ['is gone', () => (transport.peers.set(holder, {}), aDigest('b'))],
  ['is another than was reported', () => (hold(before), aDigest('b'))],
  ['has other partitions', () => hold(before.slice(1))],
  ['is the same after all', () => hold(after)],
])('takes any partition to differ where the first output %s', async (_what, prepare) => {
  const attempt = await run(true, prepare());
  expect(audits).toMatchObject([{ attempt, first, differing: 'all' }]);
  expect(await disk.async.list('/scratch')).toContain(attempt);
});
