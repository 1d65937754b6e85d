import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { TransportError } from '../ports/transport.ts';
import type { Web, WebRequest, WebResponse } from '../ports/web.ts';
import { checkHost, guardedLookup, resolveAll, type ResolveAll } from './web-addresses.ts';

const maxRedirects = 5;
const redirects: ReadonlySet<number | undefined> = new Set([301, 302, 303, 307, 308]);

/**
 * Inputs from the web, over node:http and node:https, but from no address that serves a machine's own
 * credentials, whatever name or redirect leads there. An agent is made when it is first used: the one
 * for https has Node load TLS and parse its root certificates, 15 ms of a process that needs neither.
 */
export class NodeWeb implements Web {
  #http: HttpAgent | undefined;
  #https: HttpsAgent | undefined;
  readonly #lookup: LookupFunction;

  /** `resolve`: how names are looked up. */
  constructor(resolve: ResolveAll = resolveAll) {
    this.#lookup = guardedLookup(resolve);
  }

  async request(request: WebRequest): Promise<WebResponse> {
    let url = request.url;
    for (let hops = 0; hops <= maxRedirects; hops++) {
      const response = await this.#send(url, request);
      const location = response.headers.location;
      if (!redirects.has(response.statusCode) || location === undefined) {
        return toWebResponse(url, request.method, response);
      }
      response.destroy();
      url = new URL(location, url).href;
    }
    throw new TransportError(`${request.url}: redirects more than ${maxRedirects} times`);
  }

  /** Closes idle connections. */
  close(): void {
    this.#http?.destroy();
    this.#https?.destroy();
  }

  #send(url: string, { method, headers, timeoutMs }: WebRequest): Promise<IncomingMessage> {
    const parsed = new URL(url);
    const { protocol } = parsed;
    // Redirects come through here too: no scheme but these ever.
    if (protocol !== 'http:' && protocol !== 'https:') {
      throw new TransportError(`${url}: expected an http or https URL`);
    }
    try {
      checkHost(parsed);
    } catch (cause) {
      throw new TransportError(`${url}: ${(cause as Error).message}`, { cause });
    }
    return new Promise((resolve, reject) => {
      const options = {
        ...{ method, headers: { ...headers }, timeout: timeoutMs },
        lookup: this.#lookup,
      };
      const keepAlive = true;
      const request =
        protocol === 'http:'
          ? httpRequest(
              url,
              { ...options, agent: (this.#http ??= new HttpAgent({ keepAlive })) },
              resolve,
            )
          : httpsRequest(
              url,
              { ...options, agent: (this.#https ??= new HttpsAgent({ keepAlive })) },
              resolve,
            );
      request.on('timeout', () =>
        request.destroy(new Error(`the server was silent for ${timeoutMs} ms`)),
      );
      request.on('error', (cause) =>
        reject(new TransportError(`${url}: ${cause.message}`, { cause })),
      );
      request.end();
    });
  }
}

function toWebResponse(
  url: string,
  method: WebRequest['method'],
  response: IncomingMessage,
): WebResponse {
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, value?.toString()]),
  );
  const declared = headers['content-length'];
  const length = method === 'HEAD' || declared === undefined ? undefined : Number(declared);
  // Destroying a body that is not read to its end is an error event that nobody waits for.
  response.on('error', () => undefined);
  return {
    status: response.statusCode ?? 0,
    headers,
    chunks: chunksOf(url, response, length),
    cancel: () => void response.destroy(),
  };
}

async function* chunksOf(
  url: string,
  response: IncomingMessage,
  length: number | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  let received = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      received += chunk.length;
      yield chunk;
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TransportError(`${url}: ${reason}`, { cause });
  }
  if (length !== undefined && received !== length) {
    throw new TransportError(`${url}: ended after ${received} of ${length} bytes`);
  }
}
