import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  bulkRoutes,
  routes,
  type CoordinatorConfig,
  type HeartbeatRequest,
} from '@mapreduce/protocol';
import { newToken, NodeTransport, shuffleToken, writeTokenFile } from '@mapreduce/service/node';
import { aJobSettings, aStream, MemoryLog } from '@mapreduce/testing';
import { runCoordinator, type CoordinatorOutcome } from './main.ts';

const options = { timeoutMs: 5_000 };
const tokens = { control: newToken(), worker: newToken() };

let folder: string;

async function configOf(name: string, parts: Partial<CoordinatorConfig> = {}) {
  const config: CoordinatorConfig = {
    job: aJobSettings({ reducers: 1 }),
    inputs: [{ kind: 'text', text: 'some text' }],
    output: { kind: 'volume', directory: join(folder, name, 'out'), overwrite: false },
    listen: { host: '127.0.0.1', port: 0 },
    tokens: { control: join(folder, 'control'), worker: join(folder, 'worker') },
    stateDirectory: join(folder, name, 'state'),
    generation: 1,
    lingerMs: 0,
    ...parts,
  };
  return Promise.resolve(config);
}

interface Running {
  readonly address: string;
  readonly outcome: Promise<CoordinatorOutcome>;
  readonly stop: (signal?: string) => Promise<CoordinatorOutcome>;
}

function start(config: CoordinatorConfig): Promise<Running> {
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    const announce = (line: string) => {
      const { listening } = JSON.parse(line) as { listening: string };
      const stop = (signal = 'SIGTERM') => {
        controller.abort(signal);
        return outcome;
      };
      resolve({ address: listening, outcome, stop });
    };
    const run = { log: new MemoryLog(), announce, signal: controller.signal };
    const outcome = runCoordinator(config, run);
    outcome.catch(reject);
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coordinator-'));
  writeTokenFile(join(folder, 'control'), tokens.control);
  writeTokenFile(join(folder, 'worker'), tokens.worker);
});
afterAll(() => rm(folder, { recursive: true }));

interface Raw {
  readonly method?: string;
  readonly token?: string | undefined;
  readonly type?: string;
  readonly body?: string;
}

/** A request as anybody might send it. */
function raw(address: string, path: string, { method = 'POST', token, type, body }: Raw = {}) {
  return new Promise<{ status: number; code: unknown }>((resolve, reject) => {
    const headers = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      'content-type': type ?? 'application/json',
    };
    const request = httpRequest(new URL(path, address), { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        const code = /"code":"(\w+)"/.exec(text)?.[1];
        resolve({ status: response.statusCode ?? 0, code });
      });
    });
    request.on('error', reject);
    if (method === 'POST' || method === 'PUT') request.write(body ?? '{}');
    request.end();
  });
}

describe('every route', () => {
  let running: Running;
  beforeAll(async () => (running = await start(await configOf('routes'))));
  afterAll(() => running.stop());

  const served = [bulkRoutes.program, bulkRoutes.input, bulkRoutes.part];
  const table = [
    ...Object.values(routes).map(({ path, role }) => ({ path, role, method: 'POST' })),
    ...served,
  ];

  test.each(table)('$method $path refuses all tokens but that of $role', async (route) => {
    const { path, method, role } = route;
    const other = role === 'worker' ? tokens.control : tokens.worker;
    const refused = { status: 401, code: 'UNAUTHENTICATED' };
    for (const token of [undefined, newToken(), '', shuffleToken(tokens.worker)]) {
      expect(await raw(running.address, path, { method, token })).toEqual(refused);
    }
    expect(await raw(running.address, path, { method, token: other })).toEqual({
      status: 403,
      code: 'FORBIDDEN',
    });
    // The right one comes as far as the request's own faults.
    const { status } = await raw(running.address, path, { method, token: tokens[role] });
    expect([400, 404]).toContain(status);
  });

  test.each(table)('$path refuses other methods', async ({ path, role }) => {
    const token = tokens[role];
    expect(await raw(running.address, path, { method: 'DELETE', token })).toEqual({
      status: 405,
      code: 'METHOD_NOT_ALLOWED',
    });
  });

  test.each(['/', '/v1', '/v1/status/', '/V1/status', '/v1/../etc/passwd', '/v1/segments'])(
    '%s is none',
    async (path) => {
      expect((await raw(running.address, path)).status).toBe(401);
      for (const token of Object.values(tokens)) {
        expect(await raw(running.address, path, { token })).toEqual({
          status: 404,
          code: 'NOT_FOUND',
        });
      }
    },
  );

  test.each([
    ['another type', { type: 'text/plain' }, 'UNSUPPORTED_MEDIA_TYPE'],
    ['no JSON', { body: '{' }, 'BAD_REQUEST'],
    ['an unknown field', { body: '{"after":0,"waitMs":0,"more":1}' }, 'BAD_REQUEST'],
    ['a body that is too large', { body: ' '.repeat(2 ** 16 + 1) }, 'BODY_TOO_LARGE'],
  ])('refuses %s', async (_case, request, code) => {
    const token = tokens.control;
    expect((await raw(running.address, '/v1/status', { token, ...request })).code).toBe(code);
  });
});

describe('a coordinator', () => {
  test('serves workers, inputs and parts, and ends by SIGTERM as it stands', async () => {
    const config = await configOf('whole');
    const { address, stop } = await start(config);
    const transport = new NodeTransport(tokens);
    const incarnation = 'w1';
    const worker = { incarnation, slots: 1, address: 'http://127.0.0.1:1', held: [], running: [] };
    const { epoch, sink } = await transport.call(address, 'register', worker, options);
    expect(sink).toEqual({ kind: 'volume' });
    const sender = { incarnation, epoch };
    const wait = { ...sender, request: 'r1', slots: 1, waitMs: 1_000 };
    const { leases } = await transport.call(address, 'lease', wait, options);
    expect(leases).toMatchObject([{ task: { kind: 'describe' } }]);

    const input = { input: '0', start: '5', end: '9' };
    const status = await transport.call(address, 'status', { after: 0, waitMs: 0 }, options);
    expect(status).toMatchObject({ state: 'running', workersTotal: 1 });
    await expect(
      transport.bulk(address, 'input', { query: { ...input, version: 'x' } }, options),
    ).rejects.toMatchObject({ code: 'INPUT_CHANGED' });
    const attempt = `${[epoch.generation, epoch.boot, epoch.nonce].join('-')}-reduce-0-0`;
    const body = aStream(new TextEncoder().encode('a part'));
    const query = { attempt, file: 'part-00000' };
    const answer = await transport.bulk(address, 'part', { query, body }, options);
    for await (const chunk of answer.chunks) expect(chunk).toHaveLength(0);
    const { directory } = config.output;
    const stored = join(directory, '_mapreduce', 'job-1', 'attempts', attempt, 'part-00000');
    expect(await readFile(stored, 'utf8')).toBe('a part');

    expect(await stop()).toEqual({ state: 'stopped' });
    expect(await readdir(directory)).toEqual(['_mapreduce']);
    transport.close();
  });

  test('that is interrupted cancels the job and takes its output back', async () => {
    const config = await configOf('interrupted');
    const { stop } = await start(config);
    expect(await stop('SIGINT')).toMatchObject({ state: 'cancelled' });
    expect(await readdir(join(folder, 'interrupted'))).toEqual(['state']);
  });

  test('lingers after the end for as long as it was told, and tells the outcome', async () => {
    const config = await configOf('lingers', { lingerMs: 300 });
    const { address, outcome } = await start(config);
    const transport = new NodeTransport(tokens);
    await transport.call(address, 'cancel', { reason: 'enough' }, options);
    const wait = { after: 1_000_000, waitMs: 5_000 };
    const status = await transport.call(address, 'status', wait, options);
    expect(status).toMatchObject({ state: 'cancelled', error: { code: 'cancelled' } });
    expect(await outcome).toMatchObject({ state: 'cancelled' });
    transport.close();
  });

  test('whose caller hangs up leases to nobody in its place', async () => {
    const { address, stop } = await start(await configOf('hangs-up'));
    const transport = new NodeTransport(tokens);
    const register = async (incarnation: string) => {
      const worker = {
        incarnation,
        slots: 1,
        address: 'http://127.0.0.1:1',
        held: [],
        running: [],
      };
      const { epoch } = await transport.call(address, 'register', worker, options);
      return { incarnation, epoch };
    };
    const [first, second] = [await register('w1'), await register('w2')];
    const wait = { slots: 1, waitMs: 2_000 };
    const { leases } = await transport.call(
      address,
      'lease',
      { ...first, ...wait, request: 'a' },
      options,
    );
    const gone = new AbortController();
    const hungUp = transport.call(
      address,
      'lease',
      { ...second, ...wait, request: 'b' },
      { ...options, signal: gone.signal },
    );
    const [describing] = leases;
    if (describing === undefined) throw new Error('no task is leased');
    const heartbeat: HeartbeatRequest = { ...second, attempts: [], logFrom: 0, freeDiskBytes: 0 };
    await transport.call(address, 'heartbeat', heartbeat, options);
    gone.abort();
    await expect(hungUp).rejects.toThrow('aborted');
    const error = { kind: 'program', message: 'boom' } as const;
    const third = transport.call(address, 'lease', { ...first, ...wait, request: 'c' }, options);
    await transport.call(
      address,
      'fail',
      { ...first, attempt: describing.attempt, error: { ...error, kind: 'released' } },
      options,
    );
    expect((await third).leases).toHaveLength(1);
    await stop();
    transport.close();
  });
});

describe('a coordinator that cannot start says why in one sentence', () => {
  let taken: Server;
  beforeAll(
    () =>
      new Promise<void>((resolve) => {
        taken = createServer().listen(0, '127.0.0.1', () => resolve());
      }),
  );
  afterAll(() => new Promise((resolve) => taken.close(resolve)));

  test('when its port is taken', async () => {
    const address = taken.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const config = await configOf('taken', { listen: { host: '127.0.0.1', port } });
    await expect(start(config)).rejects.toThrow(
      `port ${port} of 127.0.0.1 is taken: stop what listens there, or choose another port`,
    );
  });

  test('when a token file holds no token', async () => {
    await writeFile(join(folder, 'bad'), 'secret');
    const files = { control: join(folder, 'bad'), worker: join(folder, 'worker') };
    await expect(start(await configOf('bad', { tokens: files }))).rejects.toThrow(
      'expected 64 lower-case hex digits',
    );
  });

  test('when its journal is damaged', async () => {
    const config = await configOf('damaged');
    await (await start(config)).stop();
    const path = join(config.stateDirectory, 'journal-000001');
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(3) ^ 1, 3);
    await writeFile(path, bytes);
    const run = { log: new MemoryLog(), announce: () => undefined };
    const { signal } = new AbortController();
    await expect(runCoordinator(config, { ...run, signal })).rejects.toThrow(
      'journal-000001: damaged at byte 0',
    );
  });
});
