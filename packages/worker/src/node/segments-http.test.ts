import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SegmentsRequest } from '@mapreduce/protocol';
import {
  newToken,
  nodeCodec,
  nodeDisk,
  nodeSyncDisk,
  NodeTransport,
  shuffleToken,
  type HttpServer,
} from '@mapreduce/service/node';
import { aDigest, anAttempt, MemoryLog, writeMapOutput } from '@mapreduce/testing';
import { heldOutput, HeldOutputs, outputIn } from '../core/held/held-outputs.ts';
import { SegmentStore } from '../core/shuffle/segment-store.ts';
import { serveOutput } from '../core/leave/serve-output.ts';
import { serveSegments } from '../core/shuffle/serve-segments.ts';
import { serveSegmentsOverHttp } from './segments-http.ts';

const token = newToken();
const attempt = anAttempt('map');
const request: SegmentsRequest = { partition: 1, maps: [{ map: 0, attempt }] };
const options = { timeoutMs: 5_000 };

let directory: string;
let server: HttpServer;
let address: string;
let transports: NodeTransport[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'segments-test-'));
  const held = new HeldOutputs();
  const segments = [new Uint8Array(10), new Uint8Array(3_000_000).fill(7), new Uint8Array(0)];
  const manifest = writeMapOutput(nodeSyncDisk, directory, segments);
  held.add(outputIn(directory, heldOutput(attempt, aDigest(), manifest)));
  const store = new SegmentStore({ disk: nodeDisk, codec: nodeCodec }, held);
  server = await serveSegmentsOverHttp({
    host: '127.0.0.1',
    port: 0,
    shuffleToken: shuffleToken(token),
    segments: (sent) => serveSegments(store, sent),
    output: (sent) => serveOutput(held, nodeDisk, sent),
    log: new MemoryLog(),
  });
  address = `http://127.0.0.1:${server.port}`;
  transports = [];
});

afterEach(async () => {
  for (const transport of transports) transport.close();
  await server.close();
  rmSync(directory, { recursive: true });
});

async function ask(shown: string | undefined, json: unknown = request): Promise<number> {
  const transport = new NodeTransport(shown === undefined ? {} : { 'shuffle-read': shown });
  transports.push(transport);
  const { length, chunks } = await transport.bulk(address, 'segments', { json }, options);
  let received = 0;
  for await (const chunk of chunks) received += chunk.length;
  expect(received).toBe(length);
  return received;
}

describe('the segment server', () => {
  test('sends segments to whoever has the shuffle token, and to nobody else', async () => {
    expect(await ask(shuffleToken(token))).toBeGreaterThan(3_000_000);
    for (const wrong of [undefined, token, newToken()]) {
      await expect(ask(wrong)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });

  test('tells nobody without the token which paths there are', async () => {
    const statuses = [undefined, token, shuffleToken(token)].map(async (shown) => {
      const headers = { ...(shown !== undefined && { authorization: `Bearer ${shown}` }) };
      const answer = await fetch(`${address}/v1/none`, { headers });
      return answer.status;
    });
    expect(await Promise.all(statuses)).toEqual([401, 401, 404]);
  });

  test.each([
    [
      'another attempt',
      { ...request, maps: [{ map: 0, attempt: anAttempt('map', 0, 1) }] },
      'SEGMENT_GONE',
    ],
    ['a partition beyond the last', { ...request, partition: 3 }, 'BAD_REQUEST'],
    ['a path', { ...request, maps: [{ map: 0, attempt: '../../etc' }] }, 'BAD_REQUEST'],
    ['an unknown field', { ...request, more: 1 }, 'BAD_REQUEST'],
  ])('refuses %s', async (_what, json, code) => {
    await expect(ask(shuffleToken(token), json)).rejects.toMatchObject({ code });
  });

  test('a data file that was cut off is gone', async () => {
    truncateSync(join(directory, 'data'), 2_000_000);
    await expect(ask(shuffleToken(token))).rejects.toMatchObject({ code: 'SEGMENT_GONE' });
  });

  test('a data file that is cut off later breaks the answer off', async () => {
    await ask(shuffleToken(token));
    truncateSync(join(directory, 'data'), 2_000_000);
    await expect(ask(shuffleToken(token))).rejects.toMatchObject({ name: 'TransportError' });
  });
});
