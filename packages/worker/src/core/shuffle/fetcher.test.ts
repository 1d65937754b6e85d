import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Epoch, FetchFailureRequest, JobSettings, LogEvent } from '@mapreduce/protocol';
import type { BulkHandler, SyncDisk } from '@mapreduce/service';
import { nodeCodec, nodeDigest } from '@mapreduce/service/node';
import {
  aDigest,
  aJobSettings,
  anAttempt,
  anEpoch,
  aPlan,
  aReduceLease,
  FakeSpawn,
  MemoryDisk,
  MemoryLog,
  MemoryTransport,
  SeededRandom,
  settle,
  VirtualClock,
  writeMapOutput,
} from '@mapreduce/testing';
import fc from 'fast-check';
import { Attempt } from '../attempts/attempt.ts';
import { RunningAttempts } from '../attempts/running-attempts.ts';
import { KeptParts } from '../commit/kept-parts.ts';
import { CoordinatorClient } from '../coordinator-client.ts';
import { CoordinatorLink } from '../coordinator-link.ts';
import { CancelledError } from '../errors.ts';
import { ExecutorPool } from '../executor-pool.ts';
import { heldOutput, HeldOutputs, outputIn } from '../held/held-outputs.ts';
import { Leaving } from '../leave/leaving.ts';
import { TakeOvers } from '../leave/take-overs.ts';
import { Semaphore } from '../semaphore.ts';
import { Session } from '../session.ts';
import type { Worker } from '../worker.ts';
import { fetchSegments, type Shuffled } from './fetcher.ts';
import { SegmentStore } from './segment-store.ts';
import { serveSegments } from './serve-segments.ts';

const coordinator = 'http://coordinator';
const own = 'w0';
const partitions = 3;

/** A worker that holds map outputs and serves them. */
class Holder {
  readonly disk = new MemoryDisk();
  readonly held = new HeldOutputs();
  readonly store = new SegmentStore({ disk: this.disk.async, codec: nodeCodec }, this.held);
  readonly name: string;
  readonly address: string;

  constructor(name: string) {
    this.name = name;
    this.address = `http://${name}`;
  }

  /** Adds a map's output; returns the event that announces it. */
  add(map: number, number: number, segments: readonly Uint8Array[]): LogEvent {
    const attempt = anAttempt('map', map, number);
    const directory = `/scratch/${attempt}`;
    const manifest = writeMapOutput(this.disk.sync, directory, segments);
    this.held.add(outputIn(directory, heldOutput(attempt, aDigest(), manifest)));
    const { storedRoot, contentRoot } = manifest;
    const { name: holder, address } = this;
    return { kind: 'mapped', map, attempt, holder, address, storedRoot, contentRoot };
  }

  readonly serve: BulkHandler = (request) => serveSegments(this.store, request);
}

let clock: VirtualClock;
let transport: MemoryTransport;
let local: Holder;
let remotes: Holder[];
let worker: Worker;
let session: Session;
let blamed: FetchFailureRequest[];

beforeEach(() => reset());

function reset(): void {
  clock = new VirtualClock();
  transport = new MemoryTransport();
  local = new Holder(own);
  remotes = ['w1', 'w2'].map((name) => new Holder(name));
  for (const one of remotes) transport.peers.set(one.address, { bulk: { segments: one.serve } });
  blamed = [];
  transport.peers.set(coordinator, {
    handlers: {
      fetchFailed: (request) => {
        blamed.push(request);
        return Promise.resolve({});
      },
    },
  });
  const ports = {
    clock,
    transport,
    random: new SeededRandom(1),
    disk: local.disk.async,
    spawn: new FakeSpawn(),
    codec: nodeCodec,
    digest: nodeDigest,
    log: new MemoryLog(),
  };
  const options = {
    coordinator,
    address: local.address,
    directory: '/scratch',
    slots: 1,
    token: '',
  };
  worker = {
    ports,
    options,
    client: new CoordinatorClient(ports, coordinator),
    link: new CoordinatorLink(),
    pool: new ExecutorPool(ports, 1),
    attempts: new RunningAttempts(),
    parts: new KeptParts(),
    leaving: new Leaving(ports.clock),
    takeOvers: new TakeOvers(),
    held: local.held,
    store: local.store,
    fetches: new Semaphore(8),
  };
  const settings = aJobSettings({ reducers: partitions });
  begin(settings, anEpoch());
}

/** Begins a session with a life of the coordinator; its log is empty. */
function begin(settings: JobSettings, epoch: Epoch): void {
  const answer = {
    ...{ epoch, settings, heartbeatMs: 1_000, jobDigest: aDigest(), cancel: [] },
    sink: { kind: 'volume' as const },
  };
  session = new Session(worker, own, { answer, offered: new Set(), isLeaving: false });
  worker.link.open(session);
}

interface Running {
  readonly attempt: Attempt;
  /** The outcome, once there is one. */
  readonly ends: (Shuffled | Error)[];
}

function fetch(maps: number, partition = 1): Running {
  const attempt = new Attempt(aReduceLease(partition, maps), aPlan(), '/scratch');
  const directory = '/scratch/fetched';
  local.disk.sync.makeDirectory(directory);
  const ends: (Shuffled | Error)[] = [];
  void fetchSegments({ worker, attempt, partition, maps, directory }).then(
    (shuffled) => ends.push(shuffled),
    (error: unknown) => ends.push(error as Error),
  );
  return { attempt, ends };
}

async function done({ ends }: Running): Promise<Shuffled> {
  await clock.runUntil(() => ends.length > 0, 60_000);
  const [end] = ends;
  if (end === undefined || end instanceof Error) throw end ?? new Error('no end');
  return end;
}

/** What the segments hold, by map, as a reduce would read it. */
function contents({ segments }: Shuffled, disk: SyncDisk = local.disk.sync): Map<number, string> {
  return new Map(
    segments.map(({ map, path, offset, length }) => {
      const bytes = new Uint8Array(length);
      const file = disk.open(path);
      expect(file.read(bytes, offset)).toBe(length);
      file.close();
      return [map, new TextDecoder().decode(bytes)];
    }),
  );
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Three partitions, of which the one in the middle is fetched. */
function segmentsOf(text: string): Uint8Array[] {
  return [bytes('first'), bytes(text), bytes('last')];
}

/** The first remote holder, with maps 0, 1, … that hold these texts. */
function remoteMaps(...texts: string[]): Holder {
  const [holder] = remotes;
  if (holder === undefined) throw new Error('no holder');
  session.log.apply(
    0,
    texts.map((text, map) => holder.add(map, 0, segmentsOf(text))),
  );
  return holder;
}

/** Changes what the holder sends, request by request; `undefined` lets it through. */
function spoil(holder: Holder, changes: readonly ((body: Uint8Array) => Uint8Array)[]): void {
  let requests = 0;
  transport.peers.set(holder.address, {
    bulk: {
      segments: async (request) => {
        const answer = await holder.serve(request);
        const change = changes[requests++];
        if (change === undefined) return answer;
        let body = new Uint8Array(0);
        for await (const chunk of answer.chunks) body = concat(body, chunk);
        const sent = change(body);
        return { length: answer.length, chunks: once(sent) };
      },
    },
  });
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

async function* once(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield chunk;
}

function flipAt(text: string): (body: Uint8Array) => Uint8Array {
  return (body) => {
    const at = Buffer.from(body).indexOf(text);
    body[at] = (body[at] ?? 0) ^ 1;
    return body;
  };
}

const requests = () => transport.calls.filter(({ route }) => route === 'segments');

describe('fetchSegments', () => {
  test('brings every segment, asking each holder once, and this worker not at all', async () => {
    const segments = fc.array(fc.string({ maxLength: 300, unit: 'grapheme' }), {
      minLength: partitions,
      maxLength: partitions,
    });
    const maps = fc.array(fc.tuple(segments, fc.nat(2)), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(maps, fc.nat(partitions - 1), async (cases, partition) => {
        reset();
        const all = [local, ...remotes];
        const events = cases.map(([texts, holder], map) =>
          (all[holder] as Holder).add(map, 0, texts.map(bytes)),
        );
        session.log.apply(0, events);
        const shuffled = await done(fetch(cases.length, partition));
        const expected = cases
          .map(([texts], map) => [map, texts[partition] ?? ''] as const)
          .filter(([, text]) => text !== '');
        expect([...contents(shuffled)]).toEqual(expected);
        expect(shuffled.contentRoots).toEqual(
          events.map((event) => event.kind === 'mapped' && event.contentRoot),
        );
        const asked = new Set(cases.map(([, holder]) => holder).filter((holder) => holder > 0));
        expect(requests()).toHaveLength(asked.size);
      }),
      { numRuns: 60 },
    );
  });

  test('large segments of this worker are used in place, and small ones where they are few', async () => {
    for (const text of ['x'.repeat(2 ** 20 + 5), 'small']) {
      reset();
      session.log.apply(0, [local.add(0, 0, segmentsOf(text))]);
      const { segments } = await done(fetch(1));
      const path = `/scratch/${anAttempt('map')}/data`;
      const { length } = text;
      expect(segments).toEqual([{ map: 0, path, offset: 5, length, records: length }]);
    }
  });

  test('many small segments of this worker are joined into one file', async () => {
    const texts = Array.from({ length: 20 }, (_, map) => `of map ${map}`);
    session.log.apply(
      0,
      texts.map((text, map) => local.add(map, 0, segmentsOf(text))),
    );
    const shuffled = await done(fetch(texts.length));
    expect([...contents(shuffled).values()]).toEqual(texts);
    expect(new Set(shuffled.segments.map(({ path }) => path)).size).toBe(1);
  });

  test('segments of all sizes come whole', async () => {
    const sizes = [0, 1, 200_000, 300_000, 600_000, 1_500_000, 7];
    const texts = sizes.map((size, map) => String(map).repeat(size));
    remoteMaps(...texts);
    const found = contents(await done(fetch(texts.length)));
    texts.forEach((text, map) => expect((found.get(map) ?? '') === text).toBe(true));
  });

  test('waits for maps that the log does not name yet, and hurries the heartbeat', async () => {
    const [holder] = remotes;
    const running = fetch(2);
    await settle();
    expect(running.ends).toEqual([]);
    let isHurried = false;
    void session.nextBeat(10_000).then(() => (isHurried = true));
    await settle();
    expect(isHurried).toBe(true);
    const events = [0, 1].map((map) => (holder as Holder).add(map, 0, segmentsOf(`map ${map}`)));
    session.log.apply(0, events);
    await settle();
    expect([...contents(await done(running)).values()]).toEqual(['map 0', 'map 1']);
  });

  test('keeps what it has verified when another coordinator comes', async () => {
    const holder = remoteMaps('one');
    const running = fetch(2);
    await clock.runUntil(() => requests().length === 1);
    await clock.advance(100);
    const { registration } = session;
    session.end('wrongEpoch');
    await clock.advance(1_000);
    begin(registration.settings, anEpoch({ boot: 2, nonce: '22222222' }));
    // The first map ran again meanwhile: its segment is here already.
    const again = holder.add(0, 1, segmentsOf('another'));
    session.log.apply(0, [again, holder.add(1, 0, segmentsOf('two'))]);
    expect([...contents(await done(running)).values()]).toEqual(['one', 'two']);
    expect(requests()).toHaveLength(2);
  });

  test('a flipped byte is never used: one refetch mends it', async () => {
    const holder = remoteMaps('zero', 'one', 'two');
    spoil(holder, [flipAt('one')]);
    const shuffled = await done(fetch(3));
    expect([...contents(shuffled).values()]).toEqual(['zero', 'one', 'two']);
    expect(blamed).toEqual([]);
    // What was verified before the fault is not asked for again.
    expect(requests()[1]).toMatchObject({ request: { json: { maps: [{ map: 1 }, { map: 2 }] } } });
  });

  test('a byte flipped for good blames the map; its successor is used', async () => {
    const holder = remoteMaps('zero', 'one', 'two');
    spoil(holder, [flipAt('one'), flipAt('one')]);
    const running = fetch(3);
    await settle();
    expect(blamed).toMatchObject([
      { map: 1, mapAttempt: anAttempt('map', 1, 0), holder: 'w1', reason: 'corrupt' },
    ]);
    expect(running.ends).toEqual([]);
    const successor = (remotes[1] as Holder).add(1, 1, segmentsOf('one again'));
    session.log.apply(3, [{ kind: 'lost', map: 1, attempt: anAttempt('map', 1, 0) }, successor]);
    const shuffled = await done(running);
    expect([...contents(shuffled).values()]).toEqual(['zero', 'one again', 'two']);
    expect(shuffled.contentRoots[1]).toBe(successor.kind === 'mapped' && successor.contentRoot);
  });

  test.each([0, 19, 40, 250, 400, 777])(
    'a stream cut after %i bytes loses nothing',
    async (cut) => {
      const holder = remoteMaps('zero', 'one', 'two');
      spoil(holder, [(body) => body.subarray(0, cut)]);
      expect([...contents(await done(fetch(3))).values()]).toEqual(['zero', 'one', 'two']);
      expect(blamed).toEqual([]);
    },
  );

  test('a holder that cannot be reached is tried twice, then its maps are blamed', async () => {
    const holder = remoteMaps('zero', 'one');
    transport.peers.delete(holder.address);
    const running = fetch(2);
    await clock.advance(500);
    expect(blamed.map(({ map, reason }) => [map, reason])).toEqual([
      [0, 'unreachable'],
      [1, 'unreachable'],
    ]);
    expect(requests()).toHaveLength(2);
    // It comes back before anyone replaced its maps.
    transport.peers.set(holder.address, { bulk: { segments: holder.serve } });
    expect([...contents(await done(running)).values()]).toEqual(['zero', 'one']);
  });

  test('a segment that is gone is blamed by name, others of the holder are fetched', async () => {
    const holder = remoteMaps('zero', 'one', 'two');
    holder.held.remove(anAttempt('map', 1, 0));
    const running = fetch(3);
    await clock.advance(0);
    expect(blamed).toMatchObject([{ map: 1, reason: 'gone' }]);
    session.log.apply(3, [(remotes[1] as Holder).add(1, 1, segmentsOf('uno'))]);
    expect([...contents(await done(running)).values()]).toEqual(['zero', 'uno', 'two']);
  });

  test('damage on this very disk blames the map too, and it is not offered again', async () => {
    session.log.apply(0, [local.add(0, 0, segmentsOf('zero'))]);
    // What it has read once is in memory, and whole there.
    await local.store.open(anAttempt('map'));
    local.disk.corrupt(`/scratch/${anAttempt('map')}/data`, 6, 1);
    const running = fetch(1);
    await clock.advance(0);
    expect(blamed).toMatchObject([{ map: 0, holder: own, reason: 'corrupt' }]);
    expect(local.held.offers()).toEqual([]);
    session.log.apply(1, [(remotes[0] as Holder).add(0, 1, segmentsOf('new'))]);
    expect([...contents(await done(running)).values()]).toEqual(['new']);
  });

  test('an index that proves another root than the log names is not believed, not even here', async () => {
    const event = local.add(0, 0, segmentsOf('zero'));
    if (event.kind !== 'mapped') throw new Error('expected an output');
    session.log.apply(0, [{ ...event, storedRoot: 'f'.repeat(64) }]);
    fetch(1);
    await clock.advance(0);
    expect(blamed).toMatchObject([{ map: 0, holder: own, reason: 'corrupt' }]);
  });

  test('an answer that is whole but too short blames the map that is missing', async () => {
    const holder = remoteMaps('zero', 'one');
    transport.peers.set(holder.address, {
      bulk: {
        segments: async (request) => {
          const { length, chunks } = await holder.serve(request);
          let body = new Uint8Array(0);
          for await (const chunk of chunks) body = concat(body, chunk);
          return { length: length - 1, chunks: once(body.subarray(0, length - 1)) };
        },
      },
    });
    fetch(2);
    await clock.advance(0);
    expect(blamed).toMatchObject([{ map: 1, reason: 'corrupt' }]);
  });

  test('a segment of another attempt than was asked for is refused', async () => {
    const holder = remoteMaps('zero');
    const other = holder.add(0, 1, segmentsOf('hero'));
    transport.peers.set(holder.address, {
      bulk: {
        segments: () =>
          serveSegments(holder.store, {
            json: { partition: 1, maps: [{ map: 0, attempt: other.attempt }] },
          }),
      },
    });
    const running = fetch(1);
    await settle();
    expect(blamed).toMatchObject([{ map: 0, reason: 'corrupt' }]);
    running.attempt.cancel();
    await settle();
    expect(running.ends[0]).toBeInstanceOf(CancelledError);
  });

  test('a full disk ends the attempt, as the disk error that it is', async () => {
    remoteMaps('z'.repeat(300_000));
    local.disk.setCapacity(100_000);
    const running = fetch(1);
    await clock.runUntil(() => running.ends.length > 0, 1_000);
    expect(running.ends[0]).toMatchObject({ name: 'DiskError', code: 'ENOSPC' });
    expect(blamed).toEqual([]);
  });

  test('cancelled while it waits for an answer, it ends', async () => {
    const holder = remoteMaps('zero');
    transport.peers.set(holder.address, { bulk: { segments: () => new Promise(() => undefined) } });
    const running = fetch(1);
    await settle();
    running.attempt.cancel();
    await settle();
    expect(running.ends[0]).toBeInstanceOf(CancelledError);
  });
});
