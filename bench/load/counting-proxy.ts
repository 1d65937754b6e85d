import { createServer, request as httpRequest, Agent, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface CountingProxy {
  /** Where it listens. */
  readonly address: string;
  /** Requests so far, by path. */
  readonly requests: ReadonlyMap<string, number>;
  close(): void;
}

/** Changes the body of a request on its way; the same object for no change. */
export type Rewrite = (path: string, body: Buffer) => Promise<Buffer> | Buffer;

/** Passes requests on to `target`, and counts them. */
export async function startCountingProxy(
  target: string,
  rewrite: Rewrite = (_path, body) => body,
): Promise<CountingProxy> {
  const requests = new Map<string, number>();
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/';
    requests.set(path, (requests.get(path) ?? 0) + 1);
    pass(incoming).then(
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        outgoing.once('close', () => answer.destroy());
      },
      () => outgoing.destroy(),
    );
  });

  async function pass(incoming: IncomingMessage): Promise<IncomingMessage> {
    const path = incoming.url ?? '/';
    const body = await rewrite(path, await buffer(incoming));
    const headers = { ...incoming.headers, 'content-length': body.length };
    return new Promise((resolve, reject) => {
      const options = { method: incoming.method ?? 'GET', headers, agent };
      httpRequest(new URL(path, target), options)
        .once('response', resolve)
        .once('error', reject)
        .end(body);
    });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => {
      agent.destroy();
      server.close();
      server.closeAllConnections();
    },
  };
}
