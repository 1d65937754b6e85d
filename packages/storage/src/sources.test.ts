import { describe, expect, test } from '@jest/globals';
import { ServiceError, type Split } from '@mapreduce/protocol';
import { TransportError, type BulkRequest } from '@mapreduce/service';
import { VirtualClock } from '@mapreduce/service/virtual';
import { aSplit, aStream, MemoryDisk, MemoryTransport } from '@mapreduce/testing';
import fc from 'fast-check';
import { webOf, type Page } from './fixtures/web-server.ts';
import { openSource } from './open-source.ts';
import type { RangeSource } from './range-source.ts';

const bytes = Uint8Array.from({ length: 50 }, (_, i) => i);
const url = 'http://host/a';
const coordinator = 'http://coordinator';

interface World {
  readonly memory: MemoryDisk;
  readonly page: Page;
  readonly clock: VirtualClock;
  /** What the coordinator throws instead of an answer. */
  readonly away: { error?: Error };
  readonly open: (kind: Kind) => Promise<RangeSource>;
}
const kinds = ['file', 'http', 'http without ranges', 'coordinator'] as const;
type Kind = (typeof kinds)[number];

async function world(): Promise<World> {
  const memory = new MemoryDisk();
  await memory.async.write('/a', bytes);
  const page: Page = { bytes, tag: '"1"' };
  const transport = new MemoryTransport();
  const away: World['away'] = {};
  const input = ({ query = {} }: BulkRequest) => {
    if (away.error !== undefined) throw away.error;
    if (query['version'] !== '"1" 50') throw new ServiceError('INPUT_CHANGED', 'changed');
    return Promise.resolve(
      aStream(page.bytes.subarray(Number(query['start']), Number(query['end']))),
    );
  };
  transport.peers.set(coordinator, { bulk: { input } });
  const clock = new VirtualClock();
  const web = webOf({ [url]: page });
  const ports = { disk: memory.async, web, transport, clock, coordinator };
  const sources: Record<Kind, Pick<Split, 'source' | 'version'>> = {
    file: { source: { kind: 'file', path: '/a' }, version: '0 50' },
    http: { source: { kind: 'http', url }, version: '"1" 50' },
    'http without ranges': { source: { kind: 'http', url }, version: '"1" 50' },
    coordinator: { source: { kind: 'coordinator', input: 3 }, version: '"1" 50' },
  };
  const open = (kind: Kind) => {
    page.ranges = kind !== 'http without ranges';
    return openSource(aSplit({ ...sources[kind], name: 'the input', size: 50, end: 50 }), ports);
  };
  return { memory, page, clock, away, open };
}

describe.each(kinds)('a source of kind %s', (kind) => {
  test('gives the same bytes as the input wherever it is read', async () => {
    const { open } = await world();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(55), fc.integer({ min: 1, max: 20 }))),
        async (reads) => {
          const source = await open(kind);
          for (const [position, length] of reads) {
            const target = new Uint8Array(length);
            const count = await source.read(target, position);
            expect(count > 0).toBe(position < bytes.length);
            expect(target.subarray(0, count)).toEqual(bytes.subarray(position, position + count));
          }
          await source.checkUnchanged();
          await source.close();
        },
      ),
    );
  });
});

describe('an input that changes', () => {
  test.each(['http', 'http without ranges'] as const)('is noticed by %s', async (kind) => {
    const { page, open } = await world();
    const source = await open(kind);
    page.tag = '"2"';
    const message = 'input the input: changed while the job was reading it';
    await expect(source.read(new Uint8Array(1), 0)).rejects.toThrow(message);
    await expect(source.checkUnchanged()).rejects.toThrow(message);
  });

  test('is noticed by file', async () => {
    const { memory, open } = await world();
    const source = await open('file');
    await memory.async.remove('/a');
    await memory.async.write('/a', new Uint8Array(51));
    await expect(source.checkUnchanged()).rejects.toThrow('changed while');
    await expect(open('file')).rejects.toThrow('changed while');
  });
});

describe('a connection that breaks', () => {
  test('is made again, from where it broke', async () => {
    const { page, open } = await world();
    const source = await open('http');
    Object.assign(page, { breakAfter: 3, breaks: 3 });
    const read = new Uint8Array(50);
    for (let at = 0; at < 50;) at += await source.read(read.subarray(at), at);
    expect(read).toEqual(bytes);
    expect(page.breaks).toBe(0);
  });

  test('is given up after a few times in a row', async () => {
    const { page, open } = await world();
    const source = await open('http');
    Object.assign(page, { breakAfter: 0, breaks: 100 });
    await expect(source.read(new Uint8Array(1), 0)).rejects.toThrow(
      'input the input: the connection broke',
    );
    expect(page.breaks).toBe(96);
  });
});

describe('a coordinator that is away', () => {
  test.each([
    ['its connections break', new TransportError('refused')],
    ['it is not ready yet', new ServiceError('NOT_READY', 'starting')],
  ])('is waited for while %s', async (_what, error) => {
    const { clock, away, open } = await world();
    const source = await open('coordinator');
    away.error = error;
    const target = new Uint8Array(3);
    const reading = source.read(target, 7).then(async (count) => {
      away.error = error;
      clock.after(5_000, () => delete away.error);
      await source.checkUnchanged();
      return count;
    });
    await clock.advance(50_000);
    delete away.error;
    await clock.advance(10_000);
    expect(await reading).toBe(3);
    expect([...target]).toEqual([7, 8, 9]);
  });

  test('for more than a minute is given up, and the input is not blamed', async () => {
    const { clock, away, open } = await world();
    const source = await open('coordinator');
    away.error = new TransportError('refused');
    const reading = source.read(new Uint8Array(3), 7);
    const outcome = reading.catch((error: unknown) => error);
    await clock.advance(59_000);
    await clock.advance(5_000);
    expect(await outcome).toBeInstanceOf(TransportError);
    expect(String(await outcome)).toContain('has not answered for 60 s: refused');
  });
});
