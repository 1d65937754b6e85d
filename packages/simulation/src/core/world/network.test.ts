import { describe, expect, test } from '@jest/globals';
import { ServiceError } from '@mapreduce/protocol';
import { TransportError, type ByteStream } from '@mapreduce/service';
import { nodeCodec, nodeDigest } from '@mapreduce/service/node';
import { Network, type NetworkWeather } from './network.ts';
import { SimulatedProcess } from './process.ts';
import { World } from './world.ts';

const address = 'http://server:1';
const epoch = { generation: 1, boot: 1, nonce: '00000000' };
const request = { incarnation: 'w', epoch, attempt: '1-1-00000000-reduce-0-0' };
const fair = { minLatencyMs: 1, maxLatencyMs: 2, loss: 0, encoded: true };
const options = { timeoutMs: 1_000 };

function setUp(weather: Partial<NetworkWeather> = {}, seed = 1) {
  const world = new World(seed, { codec: nodeCodec, digest: nodeDigest });
  const network = new Network(world, { ...fair, ...weather });
  const client = new SimulatedProcess('client');
  const server = new SimulatedProcess('server');
  return { world, network, client, server, transport: network.transportOf(client) };
}

/** What becomes of a promise in the next minute. */
async function fate(world: World, promise: Promise<unknown>): Promise<unknown> {
  let outcome: unknown = 'nothing';
  promise.then(
    (value) => (outcome = value),
    (error: unknown) => (outcome = error),
  );
  await world.clock.advance(60_000);
  return outcome;
}

function body(length: number, pieces: readonly number[]): ByteStream {
  const iterator = pieces.map((piece) => new Uint8Array(piece)).values();
  const next = () => Promise.resolve(iterator.next());
  return { length, chunks: { [Symbol.asyncIterator]: () => ({ next }) } };
}

async function collect(promise: Promise<ByteStream>): Promise<number> {
  let length = 0;
  for await (const chunk of (await promise).chunks) length += chunk.length;
  return length;
}

describe('calls', () => {
  test('take a while each way', async () => {
    const { world, network, server, transport } = setUp();
    const times: number[] = [];
    const grant = () => {
      times.push(world.clock.now());
      return Promise.resolve({ grant: 'wait' as const });
    };
    network.listen(address, { process: server, handlers: { grant } });
    const call = transport.call(address, 'grant', request, options).then((answer) => {
      times.push(world.clock.now());
      return answer;
    });
    expect(await fate(world, call)).toEqual({ grant: 'wait' });
    expect(times[0]).toBeGreaterThanOrEqual(1);
    expect(times[1]).toBeGreaterThanOrEqual((times[0] ?? 0) + 1);
  });

  test('bring errors of the server back', async () => {
    const { world, network, server, transport } = setUp();
    const grant = () => Promise.reject(new ServiceError('WRONG_EPOCH', 'older'));
    network.listen(address, { process: server, handlers: { grant } });
    const outcome = await fate(world, transport.call(address, 'grant', request, options));
    expect(outcome).toMatchObject({ code: 'WRONG_EPOCH' });
  });

  test.each([
    ['refused where nobody listens', () => undefined, 'refused', 5],
    [
      'reset when the server dies over it',
      (server: SimulatedProcess, world: World) => void world.clock.after(100, () => server.kill()),
      'reset',
      103,
    ],
    [
      'timed out when the server is stopped',
      (server: SimulatedProcess) => server.stop(),
      'timed out',
      1_000,
    ],
  ])('are %s', async (_what, arrange, why, by) => {
    const { world, network, server, transport } = setUp();
    const grant = () => new Promise<never>(() => undefined);
    if (why !== 'refused') network.listen(address, { process: server, handlers: { grant } });
    arrange(server, world);
    let at = 0;
    const call = transport.call(address, 'grant', request, options).finally(() => {
      at = world.clock.now();
    });
    const outcome = await fate(world, call);
    expect(outcome).toBeInstanceOf(TransportError);
    expect(String(outcome)).toContain(why);
    expect(at).toBeLessThanOrEqual(by);
  });

  test('a client that died hears nothing', async () => {
    const { world, network, client, server, transport } = setUp();
    let handled = 0;
    const grant = () => {
      handled += 1;
      client.kill();
      return Promise.resolve({ grant: 'wait' as const });
    };
    network.listen(address, { process: server, handlers: { grant } });
    expect(await fate(world, transport.call(address, 'grant', request, options))).toBe('nothing');
    expect(handled).toBe(1);
  });

  test('lost messages: some before the server, some after it, and the caller always learns', async () => {
    let handled = 0;
    let failed = 0;
    for (let seed = 0; seed < 200; seed += 1) {
      const { world, network, server, transport } = setUp({ loss: 0.5 }, seed);
      const grant = () => {
        handled += 1;
        return Promise.resolve({ grant: 'wait' as const });
      };
      network.listen(address, { process: server, handlers: { grant } });
      const outcome = await fate(world, transport.call(address, 'grant', request, options));
      if (outcome instanceof TransportError) failed += 1;
      else expect(outcome).toEqual({ grant: 'wait' });
    }
    // Half of the requests arrive, and half of those are answered.
    expect(Math.abs(handled - 100)).toBeLessThan(25);
    expect(Math.abs(failed - 150)).toBeLessThan(25);
  });
});

describe('bodies', () => {
  test('arrive whole', async () => {
    const { world, network, server, transport } = setUp();
    const program = () => Promise.resolve(body(30, [10, 20]));
    network.listen(address, { process: server, bulk: { program } });
    expect(await fate(world, collect(transport.bulk(address, 'program', {}, options)))).toBe(30);
  });

  test.each([
    ['one that is too short', 40, 'ended early'],
    ['one whose sender dies', 30, 'reset'],
  ])('%s breaks off', async (what, length, why) => {
    const { world, network, server, transport } = setUp();
    const program = () => Promise.resolve(body(length, [10, 20]));
    network.listen(address, { process: server, bulk: { program } });
    if (what.includes('dies')) world.clock.after(6, () => server.kill());
    const outcome = await fate(world, collect(transport.bulk(address, 'program', {}, options)));
    expect(outcome).toBeInstanceOf(TransportError);
    expect(String(outcome)).toContain(why);
  });
});
