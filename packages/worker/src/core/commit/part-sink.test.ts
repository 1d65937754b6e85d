import { beforeEach, describe, expect, test } from '@jest/globals';
import type {
  CompletionResponse,
  GrantResponse,
  Handlers,
  ReduceManifest,
  Sink,
} from '@mapreduce/protocol';
import { DiskError, TransportError } from '@mapreduce/service';
import { nodeCodec, nodeDigest } from '@mapreduce/service/node';
import { OutputLayout, readCommitRecord } from '@mapreduce/storage';
import {
  aDigest,
  aJobSettings,
  anAttempt,
  anEpoch,
  aPlan,
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
} from '@mapreduce/testing';
import { Attempt } from '../attempts/attempt.ts';
import { RunningAttempts } from '../attempts/running-attempts.ts';
import { CoordinatorClient } from '../coordinator-client.ts';
import { CoordinatorLink } from '../coordinator-link.ts';
import { attemptError } from '../errors.ts';
import { ExecutorPool } from '../executor-pool.ts';
import { HeldOutputs } from '../held/held-outputs.ts';
import { Leaving } from '../leave/leaving.ts';
import { TakeOvers } from '../leave/take-overs.ts';
import { Semaphore } from '../semaphore.ts';
import { Session } from '../session.ts';
import { SegmentStore } from '../shuffle/segment-store.ts';
import { KeptParts } from './kept-parts.ts';
import { partSink, type PartSink } from './part-sink.ts';

const coordinator = 'http://coordinator';
const layout = new OutputLayout('/out', 'job-1');
const text = (value: string) => new TextEncoder().encode(value);

let clock: VirtualClock;
let disk: MemoryDisk;
let transport: MemoryTransport;
/** What the coordinator answers to completions; then it accepts. */
let completions: (CompletionResponse | Error)[];
let grants: GrantResponse['grant'][];

beforeEach(() => {
  clock = new VirtualClock();
  disk = new MemoryDisk();
  transport = new MemoryTransport();
  grants = [];
  completions = [];
  const handlers: Partial<Handlers> = {
    complete: () => {
      const answer = completions.shift() ?? { accepted: true };
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    grant: () => Promise.resolve({ grant: grants.shift() ?? ('granted' as const) }),
  };
  transport.peers.set(coordinator, { handlers });
  for (const path of [layout.attempts, layout.commits]) disk.sync.makeDirectory(path);
});

/** The sink of a reduce attempt of partition 0; `number` tells attempts apart. */
function sinkOf(number: number, sink: Sink = { kind: 'file', directory: '/out' }): PartSink {
  const ports = {
    clock,
    transport,
    random: new SeededRandom(1),
    disk: disk.async,
    spawn: new FakeSpawn(),
    codec: nodeCodec,
    digest: nodeDigest,
    log: new MemoryLog(),
  };
  const held = new HeldOutputs();
  const worker = {
    ports,
    options: { coordinator, address: 'http://w', directory: '/scratch', slots: 1, token: '' },
    client: new CoordinatorClient(ports, coordinator),
    link: new CoordinatorLink(),
    pool: new ExecutorPool(ports, 1),
    attempts: new RunningAttempts(),
    parts: new KeptParts(),
    leaving: new Leaving(ports.clock),
    takeOvers: new TakeOvers(),
    held,
    store: new SegmentStore(ports, held),
    fetches: new Semaphore(1),
  };
  const answer = {
    epoch: anEpoch(),
    settings: aJobSettings(),
    sink,
    heartbeatMs: 1_000,
    jobDigest: aDigest(),
    cancel: [],
  };
  const registration = { answer, offered: new Set<string>(), isLeaving: false };
  worker.link.open(new Session(worker, 'w1', registration));
  return partSink(worker, new Attempt(aReduceLease(0, 1, number), aPlan(), '/scratch'), 0);
}

/** Prepares a sink and writes a part into it, as an executor would. */
async function written(sink: PartSink, part: string): Promise<ReduceManifest> {
  await sink.prepare();
  const path = `${sink.directory}/part-00000`;
  await disk.async.write(path, text(part));
  return aReduceManifest({
    files: [{ name: 'part-00000', length: part.length, sha256: '0'.repeat(64) }],
  });
}

async function output(): Promise<string> {
  return new TextDecoder().decode(await disk.async.read('/out/part-00000'));
}

describe('a file sink', () => {
  test('commits once: who comes later publishes the winner’s part, and deletes its own', async () => {
    const [first, second] = [sinkOf(0), sinkOf(1)];
    const manifests = [await written(first, 'one'), await written(second, 'other')] as const;
    await first.commit(manifests[0]);
    disk.sync.remove('/out/part-00000');
    await second.commit(manifests[1]);
    expect(await output()).toBe('one');
    await second.settle(false);
    await first.settle(true);
    expect(await disk.async.list(layout.attempts)).toEqual([anAttempt('reduce', 0, 0)]);
    const committed = await readCommitRecord(disk.async, layout, 0);
    expect(committed?.record.attempt).toBe(anAttempt('reduce', 0, 0));
  });

  test('keeps its files where it failed after the link, for whoever reads the record', async () => {
    let isBroken = false;
    disk = new MemoryDisk({
      before: (_operation, path) => {
        if (isBroken && path === layout.commits) throw new DiskError('EIO', path, 'bad medium');
      },
    });
    for (const path of [layout.attempts, layout.commits]) disk.sync.makeDirectory(path);
    const [first, second] = [sinkOf(0), sinkOf(1)];
    const manifests = [await written(first, 'one'), await written(second, 'other')] as const;
    isBroken = true;
    await expect(first.commit(manifests[0])).rejects.toThrow('bad medium');
    await first.settle(false);
    isBroken = false;
    await second.commit(manifests[1]);
    expect(await output()).toBe('one');
  });

  test('waits while another attempt holds the grant', async () => {
    const sink = sinkOf(0);
    grants = ['wait', 'wait', 'granted'];
    const manifest = await written(sink, 'one');
    let isDone = false;
    void sink.commit(manifest).then(() => (isDone = true));
    await settle();
    expect(isDone).toBe(false);
    expect(disk.files('/out').some((file) => file.includes('commit'))).toBe(false);
    await clock.runUntil(() => isDone, 1_000);
    expect(await output()).toBe('one');
  });

  test('refused, it is released and leaves nothing', async () => {
    const sink = sinkOf(0);
    grants = ['refused'];
    const manifest = await written(sink, 'one');
    const error: unknown = await sink.commit(manifest).catch((reason: unknown) => reason);
    expect(attemptError(error)).toMatchObject({ kind: 'released' });
    await sink.settle(false);
    expect(await disk.async.list(layout.attempts)).toEqual([]);
  });

  test('an output directory that was taken away does not come back', async () => {
    disk.sync.remove('/out');
    const error: unknown = await sinkOf(0)
      .prepare()
      .catch((reason: unknown) => reason);
    expect(attemptError(error, '/out')).toMatchObject({ kind: 'output' });
    expect(() => disk.sync.status('/out')).toThrow('ENOENT');
  });
});

describe('a volume sink', () => {
  test('PUTs every file, anew where the connection broke, and keeps its copy', async () => {
    const received: string[] = [];
    const part = async ({
      body,
    }: {
      readonly body?: { readonly chunks: AsyncIterable<Uint8Array> };
    }) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of body?.chunks ?? []) chunks.push(chunk);
      received.push(Buffer.concat(chunks).toString());
      if (received.length === 1) throw new TransportError('broken');
      return aStream();
    };
    const peer = transport.peers.get(coordinator);
    transport.peers.set(coordinator, { ...peer, bulk: { part } });
    const sink = sinkOf(0, { kind: 'volume' });
    const manifest = await written(sink, 'one');
    let isDone = false;
    void sink.commit(manifest).then(() => (isDone = true));
    await clock.runUntil(() => isDone, 1_000);
    expect(received).toEqual(['one', 'one']);
    expect(transport.calls.findLast(({ route }) => route === 'part')).toMatchObject({
      request: { query: { attempt: anAttempt('reduce'), file: 'part-00000' } },
    });
    await sink.settle(true);
    expect(disk.files('/scratch')).toHaveLength(1);
    await sink.settle(false);
    expect(disk.files('/scratch')).toEqual([]);
  });
});
