import { Agent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Role } from '@mapreduce/protocol';
import {
  TransportError,
  type BulkRequest,
  type ByteStream,
  type CallOptions,
  type Transport,
} from '../ports/transport.ts';
import type { Tokens } from './auth.ts';
import { drained, protocol } from './http-body.ts';
import { Watch } from './http-watch.ts';

/** An answer of 200,000 log events has 80 MB. */
const maxJsonBytes = 256 * 2 ** 20;
const maxErrorBytes = 2 ** 20;
/** A small answer. */
const messageBytes = 512;

interface Outgoing {
  readonly method: string;
  readonly url: URL;
  readonly token: string | undefined;
  readonly json?: unknown;
  readonly body?: ByteStream;
}

/** Typed calls over HTTP/1.1 with connections kept alive. Retries nothing: its callers know when. */
export class NodeTransport implements Transport {
  readonly #tokens: Tokens;
  /** Made when it is first used: most executors never call anybody, and need not load node:http. */
  #agent: Agent | undefined;

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  call: Transport['call'] = async (address, name, request, options) => {
    const { checkAgainst, routes } = await protocol();
    const route = routes[name];
    const watch = new Watch(options);
    try {
      const { response } = await this.#send(watch, {
        method: 'POST',
        url: new URL(route.path, address),
        token: this.#token(route.role),
        json: request,
      });
      const text = await readText(response, maxJsonBytes);
      const weight = text.length / messageBytes;
      const parsed = checkAgainst<unknown>(route.response, JSON.parse(text), weight);
      if (parsed.success) return parsed.data as never;
      throw new TransportError(`${route.path}: unexpected answer: ${parsed.error.message}`);
    } catch (error) {
      throw watch.explain(error, route.path);
    } finally {
      watch.end();
    }
  };

  async bulk(
    address: string,
    name: Parameters<Transport['bulk']>[1],
    request: BulkRequest,
    options: CallOptions,
  ): Promise<ByteStream> {
    const { bulkRoutes } = await protocol();
    const route = bulkRoutes[name];
    const url = new URL(route.path, address);
    url.search = new URLSearchParams(request.query).toString();
    const watch = new Watch(options);
    try {
      const { response, length } = await this.#send(watch, {
        method: route.method,
        url,
        token: this.#token(route.role),
        ...request,
      });
      watch.pause();
      return { length, chunks: readChunks(response, length, watch, route.path) };
    } catch (error) {
      watch.end();
      throw watch.explain(error, route.path);
    }
  }

  /** Closes idle connections; those in use end with their calls. */
  close(): void {
    this.#agent?.destroy();
  }

  #token(role: Role): string | undefined {
    return this.#tokens[role];
  }

  /** Resolves with a successful answer whose length is known; throws `ServiceError` for an error. */
  async #send(
    watch: Watch,
    outgoing: Outgoing,
  ): Promise<{ response: IncomingMessage; length: number }> {
    const json =
      outgoing.json === undefined ? undefined : Buffer.from(JSON.stringify(outgoing.json));
    const length = json?.length ?? outgoing.body?.length;
    // Idle connections end before the server's 65 s, so that none is used as it is being closed.
    const agent = (this.#agent ??= new Agent({ keepAlive: true, timeout: 60_000 }));
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = httpRequest(outgoing.url, {
        method: outgoing.method,
        agent,
        headers: {
          ...(outgoing.token !== undefined && { authorization: `Bearer ${outgoing.token}` }),
          ...(json && { 'content-type': 'application/json' }),
          ...(length !== undefined && { 'content-length': length }),
        },
      });
      watch.guard((reason) => request.destroy(reason));
      request.once('socket', (socket) => watch.connecting(socket));
      request.on('error', reject);
      request.on('response', resolve);
      if (outgoing.body === undefined) request.end(json);
      else {
        sendBody(outgoing.body, request, watch).catch((error: unknown) =>
          request.destroy(error instanceof Error ? error : new Error(String(error))),
        );
      }
    });
    if (response.statusCode !== 200) throw await readError(response);
    const declared = response.headers['content-length'];
    // Without it, an answer that was cut short looks whole.
    if (declared === undefined || response.headers['transfer-encoding'] !== undefined) {
      response.destroy();
      throw new TransportError('the answer does not declare its length');
    }
    return { response, length: Number(declared) };
  }
}

/** Sends a body; the peer's silence is what bounds it, not its length. */
async function sendBody(body: ByteStream, request: ClientRequest, watch: Watch): Promise<void> {
  for await (const chunk of body.chunks) {
    watch.progressed();
    if (request.destroyed) return;
    if (!request.write(chunk)) await drained(request);
  }
  watch.progressed();
  request.end();
}

async function readText(response: IncomingMessage, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw new TransportError(`the answer exceeds ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length).toString('utf8');
}

/** The error that an answer tells of. */
async function readError(response: IncomingMessage): Promise<Error> {
  const { errorBodySchema, ServiceError } = await protocol();
  const text = await readText(response, maxErrorBytes);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  const parsed = errorBodySchema.safeParse(body);
  if (!parsed.success) return new TransportError(`unexpected status ${response.statusCode ?? 0}`);
  return new ServiceError(parsed.data.code, parsed.data.message, parsed.data.details);
}

async function* readChunks(
  response: IncomingMessage,
  length: number,
  watch: Watch,
  path: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  let received = 0;
  try {
    watch.progressed();
    for await (const chunk of response as AsyncIterable<Buffer>) {
      received += chunk.length;
      watch.pause();
      yield chunk;
      watch.progressed();
    }
    if (received !== length) throw new Error(`ended after ${received} of ${length} bytes`);
  } catch (error) {
    throw watch.explain(error, path);
  } finally {
    watch.end();
  }
}
