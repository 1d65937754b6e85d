import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpServer } from './http-server.ts';
import { NodeWeb } from './web.ts';

let server: HttpServer;
let handle: (request: IncomingMessage, response: ServerResponse) => void;
let web: NodeWeb;

beforeEach(async () => {
  web = new NodeWeb();
  server = await HttpServer.listen({
    host: '127.0.0.1',
    port: 0,
    handle: (request, response) => handle(request, response),
  });
});

afterEach(async () => {
  web.close();
  await server.close();
});

async function get(path: string, timeoutMs = 5_000) {
  const url = `http://127.0.0.1:${server.port}${path}`;
  const response = await web.request({ method: 'GET', url, headers: { range: 'x' }, timeoutMs });
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.chunks) chunks.push(chunk);
  return { ...response, text: Buffer.concat(chunks).toString() };
}

test('gives status, headers and body', async () => {
  handle = ({ headers }, response) => {
    response.writeHead(206, { 'content-length': 1, etag: '"1"' }).end(headers.range);
  };
  expect(await get('/')).toMatchObject({ status: 206, headers: { etag: '"1"' }, text: 'x' });
});

test('follows redirects with the same headers, but not for ever and not to other schemes', async () => {
  handle = ({ url, headers }, response) => {
    if (url === '/end') response.end(headers.range);
    else
      response.writeHead(302, { location: url === '/file' ? 'file:///a' : `${url}/../end` }).end();
  };
  expect(await get('/start')).toMatchObject({ status: 200, text: 'x' });
  await expect(get('/file')).rejects.toThrow('file:///a: expected an http or https URL');
  handle = (_request, response) => void response.writeHead(302, { location: '/again' }).end();
  await expect(get('/loop')).rejects.toThrow('redirects more than 5 times');
});

test('a body that is cut short, a silent server and none at all are errors', async () => {
  handle = (_request, response) => {
    response.writeHead(200, { 'content-length': 10 });
    response.write('half', () => response.destroy());
  };
  await expect(get('/')).rejects.toMatchObject({ name: 'TransportError' });
  handle = () => undefined;
  await expect(get('/', 50)).rejects.toThrow('the server was silent for 50 ms');
  const url = 'http://127.0.0.1:1/';
  await expect(web.request({ method: 'GET', url, timeoutMs: 1_000 })).rejects.toMatchObject({
    name: 'TransportError',
  });
});
