import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from '@jest/globals';
import { ServiceError } from '@mapreduce/protocol';
import { TransportError, type BulkHandler, type BulkRequest } from '../ports/transport.ts';
import { Authenticator, workerTokens } from './auth.ts';
import { readJson, sendError, sendJson } from './http-body.ts';
import { bulkListener } from './http-bulk.ts';
import { HttpServer } from './http-server.ts';
import { NodeTransport } from './transport.ts';

const token = 'a'.repeat(64);
const silent = { debug: () => 0, info: () => 0, warn: () => 0, error: () => 0 };
const options = { timeoutMs: 5_000 };
const epoch = { generation: 1, boot: 1, nonce: '00000000' };
const request = { incarnation: 'w1', epoch, attempt: '1-1-00000000-reduce-0-0' };
const segmentsRequest = { partition: 0, maps: [{ map: 0, attempt: '1-1-00000000-map-0-0' }] };

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

async function serve(handle: Handle): Promise<{ server: HttpServer; address: string }> {
  const server = await HttpServer.listen({ host: '127.0.0.1', port: 0, handle });
  opened.push(() => server.close());
  return { server, address: `http://127.0.0.1:${server.port}` };
}

async function serveBulk(handlers: Parameters<typeof bulkListener>[0]): Promise<string> {
  const listen = await bulkListener(handlers, new Authenticator(workerTokens(token)), silent);
  const { address } = await serve((incoming, response) => {
    if (!listen(incoming, response)) sendJson(response, 404, { code: 'NOT_FOUND', message: '' });
  });
  return address;
}

/** A server that answers with these very bytes, then does what `then` says with the connection. */
async function serveRaw(answer: string, then: (socket: Socket) => void): Promise<string> {
  const server: Server = createServer();
  server.on('connection', (socket) => {
    socket.removeAllListeners('data');
    socket.once('data', () => {
      socket.write(answer, () => then(socket));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server that is as good as stopped: its kernel makes connections, and nobody accepts them. */
async function listenWithoutAccepting(): Promise<string> {
  const script = `
    const { parentPort } = require('node:worker_threads');
    const server = require('node:net').createServer();
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      parentPort.postMessage(server.address().port);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`;
  const thread = new Worker(script, { eval: true });
  opened.push(() => thread.terminate());
  const port = await new Promise<number>((resolve) => thread.once('message', resolve));
  return `http://127.0.0.1:${port}`;
}

/** Connects until the kernel makes no more connections. */
async function fillBacklog(address: string): Promise<void> {
  const { hostname, port } = new URL(address);
  for (;;) {
    const socket = connect(Number(port), hostname);
    opened.push(() => socket.destroy());
    const isMade = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      setTimeout(resolve, 300, false);
    });
    if (!isMade) return;
  }
}

function client(tokens = workerTokens(token)): NodeTransport {
  const transport = new NodeTransport(tokens);
  opened.push(() => transport.close());
  return transport;
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

async function* pieces(...parts: (Uint8Array | Error)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    await Promise.resolve();
    if (part instanceof Error) throw part;
    yield part;
  }
}

describe('calls', () => {
  const answering = (answer: unknown, status = 200) =>
    serve((incoming, response) => {
      incoming.resume().on('end', () => sendJson(response, status, answer));
    });

  test('carry the request, the token of the route’s role, and the answer', async () => {
    const seen: unknown[] = [];
    const { address } = await serve((incoming, response) => {
      const { method, url, headers } = incoming;
      const answer = async () => {
        seen.push({ method, url, authorization: headers.authorization });
        seen.push(await readJson(incoming, 1_000));
        sendJson(response, 200, { grant: 'wait' });
      };
      void answer();
    });
    const transport = client();
    expect(await transport.call(address, 'grant', request, options)).toEqual({ grant: 'wait' });
    expect(seen).toEqual([
      { method: 'POST', url: '/v1/grants', authorization: `Bearer ${token}` },
      request,
    ]);
  });

  test('go through one connection after another', async () => {
    const sockets = new Set<unknown>();
    const { address } = await serve((incoming, response) => {
      sockets.add(incoming.socket);
      incoming.resume().on('end', () => sendJson(response, 200, { grant: 'wait' }));
    });
    const transport = client();
    for (let turn = 0; turn < 5; turn += 1)
      await transport.call(address, 'grant', request, options);
    expect(sockets.size).toBe(1);
  });

  test('throw the error that was answered', async () => {
    const body = { code: 'WRONG_EPOCH', message: 'register again', details: { boot: 2 } };
    const { address } = await answering(body, 409);
    const call = client().call(address, 'grant', request, options);
    await expect(call).rejects.toMatchObject({ ...body, name: 'ServiceError', status: 409 });
  });

  test.each([
    ['an answer of another shape', { grant: 'maybe' }, 200],
    ['an answer with an unknown field', { grant: 'wait', more: 1 }, 200],
    ['an error of another shape', { error: 'no' }, 500],
    ['a redirect', {}, 302],
  ])('refuse %s', async (_what, body, status) => {
    const { address } = await answering(body, status);
    await expect(client().call(address, 'grant', request, options)).rejects.toThrow(TransportError);
  });

  test('fail early where no connection can be made, and wait for one who has accepted', async () => {
    const address = await listenWithoutAccepting();
    const stopped = client().call(address, 'grant', request, {
      ...{ timeoutMs: 400, connectTimeoutMs: 40 },
    });
    await expect(stopped).rejects.toThrow('no answer within 400 ms');
    // The kernel takes no more than wait to be accepted already.
    await fillBacklog(address);
    const cut = client().call(address, 'grant', request, {
      ...{ timeoutMs: 30_000, connectTimeoutMs: 40 },
    });
    await expect(cut).rejects.toThrow('no connection within 40 ms');
  });

  test('fail when nobody listens, when time is up and when aborted', async () => {
    const { server, address } = await serve(() => undefined);
    const transport = client();
    const late = transport.call(address, 'grant', request, { timeoutMs: 30 });
    await expect(late).rejects.toThrow('no answer within 30 ms');
    const controller = new AbortController();
    const { signal } = controller;
    const aborted = transport.call(address, 'grant', request, { ...options, signal });
    controller.abort();
    await expect(aborted).rejects.toThrow('aborted');
    const before = transport.call(address, 'grant', request, { ...options, signal });
    await expect(before).rejects.toThrow('aborted');
    await server.close();
    const nobody = transport.call(address, 'grant', request, options);
    await expect(nobody).rejects.toThrow('ECONNREFUSED');
  });
});

describe('bulk routes', () => {
  test('stream a body of known length', async () => {
    const half = Buffer.alloc(3_000_000, 'x');
    let seen: BulkRequest | undefined;
    const address = await serveBulk({
      segments: (sent) => {
        seen = sent;
        return Promise.resolve({ length: 6_000_000, chunks: pieces(half, half) });
      },
    });
    const stream = await client().bulk(address, 'segments', { json: segmentsRequest }, options);
    expect(stream.length).toBe(6_000_000);
    expect((await collect(stream.chunks)).equals(Buffer.concat([half, half]))).toBe(true);
    expect(seen?.json).toEqual(segmentsRequest);
  });

  test('send a chunk before its memory is used for the next', async () => {
    const chunk = Buffer.alloc(1_000_000);
    async function* letters() {
      for (const letter of 'abcdef') {
        await Promise.resolve();
        yield chunk.fill(letter);
      }
    }
    const segments: BulkHandler = () =>
      Promise.resolve({ length: 6 * chunk.length, chunks: letters() });
    const address = await serveBulk({ segments });
    const stream = await client().bulk(address, 'segments', { json: segmentsRequest }, options);
    const all = await collect(stream.chunks);
    const found = Array.from('abcdef', (_, i) =>
      all
        .subarray(i * chunk.length, (i + 1) * chunk.length)
        .toString()
        .replaceAll(/(.)\1*/g, '$1'),
    );
    expect(found.join('')).toBe('abcdef');
  });

  test('take a body that is PUT, with its query', async () => {
    let received: unknown;
    const part: BulkHandler = async ({ query, body }) => {
      received = { query, length: body?.length, data: body && (await collect(body.chunks)) };
      return { length: 0, chunks: pieces() };
    };
    const address = await serveBulk({ part });
    const body = { length: 5, chunks: pieces(Buffer.from('ab'), Buffer.from('cde')) };
    const query = { attempt: 'a-1', file: 'part 0&' };
    const answer = await client().bulk(address, 'part', { query, body }, options);
    expect(await collect(answer.chunks)).toHaveLength(0);
    expect(received).toEqual({ query, length: 5, data: Buffer.from('abcde') });
  });

  test('a source that fails, or is too short or too long, never looks whole', async () => {
    const ten = Buffer.alloc(10);
    const sources = [pieces(ten), pieces(ten, new Error('bad disk')), pieces(ten, ten, ten)];
    for (const chunks of sources) {
      const segments: BulkHandler = () => Promise.resolve({ length: 20, chunks });
      const address = await serveBulk({ segments });
      const read = async () => {
        const stream = await client().bulk(address, 'segments', { json: {} }, options);
        await collect(stream.chunks);
      };
      // Cut at once: the receiver need not wait until it has been silent for too long.
      await expect(read()).rejects.toMatchObject({
        name: 'TransportError',
        message: '/v1/segments: aborted',
      });
    }
  });

  test('a sender that fails cuts the connection, and the receiver sees that', async () => {
    const begun = Promise.withResolvers<undefined>();
    const received = Promise.withResolvers<unknown>();
    const part: BulkHandler = async ({ body }) => {
      begun.resolve(undefined);
      received.resolve(await collect(body?.chunks ?? pieces()).catch((error: unknown) => error));
      return { length: 0, chunks: pieces() };
    };
    const address = await serveBulk({ part });
    const failing = async function* () {
      yield Buffer.alloc(10);
      await begun.promise;
      throw new Error('gone');
    };
    const body = { length: 20, chunks: failing() };
    await expect(client().bulk(address, 'part', { body }, options)).rejects.toThrow('gone');
    expect(await received.promise).toMatchObject({ message: 'aborted' });
  });

  test.each([
    ['cut short', 'content-length: 100', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'],
    ['of unknown length', 'none', 'HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nall of it'],
    ['chunked', 'none', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
  ])('an answer %s is refused', async (_what, _length, answer) => {
    const address = await serveRaw(answer, (socket) => socket.end());
    const read = async () => {
      const stream = await client().bulk(address, 'program', {}, options);
      await collect(stream.chunks);
    };
    await expect(read()).rejects.toThrow(TransportError);
  });

  test('the bound is on the silence of the peer, not on the whole nor on a slow reader', async () => {
    const stalled = await serveRaw(
      'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf',
      () => undefined,
    );
    const brief = { timeoutMs: 60 };
    const stalledStream = await client().bulk(stalled, 'program', {}, brief);
    await expect(collect(stalledStream.chunks)).rejects.toThrow('no answer within 60 ms');

    const slow = async function* () {
      for (let piece = 0; piece < 5; piece += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        yield Buffer.from([piece]);
      }
    };
    const program: BulkHandler = () => Promise.resolve({ length: 5, chunks: slow() });
    const address = await serveBulk({ program });
    const stream = await client().bulk(address, 'program', {}, brief);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([...(await collect(stream.chunks))]).toEqual([0, 1, 2, 3, 4]);
  });

  test('a reader that leaves half way stops the source', async () => {
    let produced = 0;
    const stopped = Promise.withResolvers<undefined>();
    const endless = async function* () {
      try {
        for (;;) {
          await Promise.resolve();
          produced += 1;
          yield Buffer.alloc(65_536);
        }
      } finally {
        stopped.resolve(undefined);
      }
    };
    const program: BulkHandler = () => Promise.resolve({ length: 2 ** 40, chunks: endless() });
    const address = await serveBulk({ program });
    const stream = await client().bulk(address, 'program', {}, options);
    for await (const chunk of stream.chunks) if (chunk.length > 0) break;
    await stopped.promise;
    // Back-pressure: socket buffers are a few MB.
    expect(produced).toBeLessThan(1_000);
  });
});

describe('who may call', () => {
  const refused = [
    ['no token', {}, 'UNAUTHENTICATED'],
    ['another run’s token', { 'shuffle-read': 'b'.repeat(64) }, 'UNAUTHENTICATED'],
    ['another role’s token', { 'shuffle-read': token }, 'FORBIDDEN'],
  ] as const;

  test.each(refused)('%s is refused before anything happens', async (_what, tokens, code) => {
    let called = false;
    const address = await serveBulk({
      segments: () => {
        called = true;
        return Promise.reject(new Error('unreachable'));
      },
    });
    const call = client(tokens).bulk(address, 'segments', { json: segmentsRequest }, options);
    await expect(call).rejects.toMatchObject({ code });
    expect(called).toBe(false);
  });

  test('errors of handlers: their own are told, others are not', async () => {
    const gone = new ServiceError('SEGMENT_GONE', 'map 3 is not here');
    const address = await serveBulk({
      segments: () => Promise.reject(gone),
      program: () => Promise.reject(new Error('secret path')),
    });
    const transport = client();
    const segments = transport.bulk(address, 'segments', { json: segmentsRequest }, options);
    await expect(segments).rejects.toMatchObject({ code: gone.code, message: gone.message });
    const program = transport.bulk(address, 'program', {}, options);
    await expect(program).rejects.toMatchObject({ code: 'INTERNAL', message: 'internal error' });
    const unknown = transport.bulk(
      address,
      'part',
      { body: { length: 0, chunks: pieces() } },
      options,
    );
    await expect(unknown).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('request bodies', () => {
  const answer = async (headers: Record<string, string>, body: string): Promise<unknown> => {
    const { address } = await serve((incoming, response) => {
      readJson(incoming, 20)
        .then((value) => sendJson(response, 200, value))
        .catch((error: unknown) => sendError(response, error));
    });
    const reply = await fetch(address, { method: 'POST', headers, body });
    return { status: reply.status, ...((await reply.json()) as object) };
  };
  const json = { 'content-type': 'application/json' };

  test.each([
    ['JSON', json, '{"a":1}', { status: 200, a: 1 }],
    [
      'text',
      { 'content-type': 'text/plain' },
      '{}',
      { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' },
    ],
    ['no JSON', json, '{"a":', { status: 400, code: 'BAD_REQUEST' }],
    ['too much', json, JSON.stringify('x'.repeat(30)), { status: 413, code: 'BODY_TOO_LARGE' }],
  ])('%s', async (_what, headers, body, expected) => {
    expect(await answer(headers, body)).toMatchObject(expected);
  });
});

describe('HttpServer', () => {
  test('says that a port is taken', async () => {
    const { server } = await serve(() => undefined);
    const again = HttpServer.listen({
      host: '127.0.0.1',
      port: server.port,
      handle: () => undefined,
    });
    await expect(again).rejects.toMatchObject({
      code: 'EADDRINUSE',
      message: expect.stringMatching(/^port \d+ of 127\.0\.0\.1 is taken: stop what listens there/),
    });
  });

  test('drains: what is on its way is answered with Connection: close, new ones are refused', async () => {
    let finish = () => undefined as unknown;
    const { server, address } = await serve((incoming, response) => {
      incoming.resume();
      finish = () => sendJson(response, 200, { grant: 'wait' });
      if (incoming.headers['x-now'] !== undefined) finish();
    });
    const port = server.port;
    const socket = connect(port, '127.0.0.1');
    const head = 'GET / HTTP/1.1\r\nhost: x\r\nx-now: 1\r\n\r\n';
    const reply = () =>
      new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
    socket.write(head);
    expect(await reply()).toContain('Connection: keep-alive');
    const closed = server.close(5_000);
    socket.write(head);
    expect(await reply()).toContain('Connection: close');
    await closed;
    await expect(client().call(address, 'grant', request, options)).rejects.toThrow('ECONNREFUSED');
  });

  test('closes connections that nobody has used for a while, though the grace is long', async () => {
    const { server } = await serve((incoming, response) => {
      incoming.resume();
      setTimeout(() => sendJson(response, 200, { grant: 'wait' }), 150);
    });
    const socket = connect(server.port, '127.0.0.1');
    const replied = new Promise<string>((resolve) =>
      socket.once('data', (data) => resolve(String(data))),
    );
    const idle = connect(server.port, '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const began = performance.now();
    await server.close(60_000, 30);
    expect(await replied).toContain('Connection: close');
    expect(performance.now() - began).toBeGreaterThan(90);
  });

  test('cuts what does not end within the grace', async () => {
    const { server, address } = await serve(() => undefined);
    const call = client().call(address, 'grant', request, options);
    const outcome = expect(call).rejects.toThrow(TransportError);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await server.close(10);
    await outcome;
  });

  test.each(['http://127.0.0.1/v1/status', 'http://[::1', '*', 'v1/status'])(
    'refuses the request target %s',
    async (target) => {
      let called = false;
      const { server } = await serve(() => (called = true));
      const socket = connect(server.port, '127.0.0.1');
      socket.write(`OPTIONS ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      const reply = await new Promise<string>((resolve) =>
        socket.once('data', (data) => resolve(String(data))),
      );
      expect(reply).toMatch(/^HTTP\/1.1 400 /);
      expect(called).toBe(false);
    },
  );

  test('cuts off who sends its head too slowly', async () => {
    const { server } = await serve(() => undefined);
    const socket = connect(server.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\n');
    const started = performance.now();
    const reply = await new Promise<string>((resolve) =>
      socket.once('data', (data) => resolve(String(data))),
    );
    expect(reply).toContain('408');
    expect(performance.now() - started).toBeLessThan(8_000);
  }, 10_000);
});
