import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { NodeWeb } from './web.ts';
import type { ResolveAll } from './web-addresses.ts';

let server: Server;
let port: number;
/** Where the server's answers lead on to; none: they are answers. */
let location: string | undefined;

beforeAll(async () => {
  server = createServer((_request, response) => {
    if (location === undefined) response.end('there');
    else response.writeHead(302, { location }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});

afterAll(() => {
  server.close();
});

/** Asks for a URL, where every name leads to these addresses. */
async function ask(url: string, ...addresses: string[]): Promise<number> {
  const resolve: ResolveAll = (_name, _options, callback) => {
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    callback(null, found);
  };
  const web = new NodeWeb(resolve);
  try {
    const request = { method: 'GET', url, headers: {}, timeoutMs: 5_000 } as const;
    const response = await web.request(request);
    response.cancel();
    return response.status;
  } finally {
    web.close();
  }
}

test.each([
  'http://169.254.169.254/latest/meta-data',
  'http://2852039166/',
  'http://0xa9fea9fe/',
  'http://[fe80::1]/',
  'http://[::ffff:169.254.169.254]/',
  'http://[fd00:ec2::254]/',
  'http://100.100.100.200/',
])('no input is read from %s', async (url) => {
  location = undefined;
  await expect(ask(url)).rejects.toThrow('inputs are not read from there');
});

test('a name is refused that leads to such an address, among others too', async () => {
  location = undefined;
  const url = `http://data.test:${port}/`;
  expect(await ask(url, '127.0.0.1')).toBe(200);
  await expect(ask(url, '169.254.169.254')).rejects.toThrow('169.254.169.254 is a link-local');
  await expect(ask(url, '127.0.0.1', 'fe80::2')).rejects.toThrow('fe80::2 is a link-local');
});

test('a name that cannot be looked up is an error of the request', async () => {
  // Node gives no addresses then, not even an empty list.
  const resolve: ResolveAll = (name, _options, callback) =>
    callback(new Error(`getaddrinfo ENOTFOUND ${name}`));
  const web = new NodeWeb(resolve);
  const url = 'http://data.test/';
  const request = { method: 'GET', url, headers: {}, timeoutMs: 5_000 } as const;
  await expect(web.request(request)).rejects.toThrow('getaddrinfo ENOTFOUND data.test');
  web.close();
});

test('a redirect is held to the same', async () => {
  location = 'http://169.254.169.254/';
  await expect(ask(`http://127.0.0.1:${port}/`)).rejects.toThrow('inputs are not read from there');
});
