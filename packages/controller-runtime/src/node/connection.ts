import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { ApiError } from '../api/error.ts';

export interface Exchange {
  readonly method: string;
  /** From `/` on, with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** For the whole answer, or, of one that is open-ended, for its head. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** A page of 500 objects of the largest size that etcd takes has more; none has in practice. */
const maxAnswerBytes = 256 * 2 ** 20;

/** Unused connections end before load balancers forget them. */
const agentSettings = { keepAlive: true, keepAliveMsecs: 30_000, timeout: 60_000 } as const;

/** Connections to the cluster of a kubeconfig's current context, with its credentials. */
export class Connection {
  readonly #config: KubeConfig;
  readonly #server: URL;
  readonly #usesProxy: boolean;
  /** The library's agents keep no connection alive, and never see a renewed certificate. */
  readonly #agent: HttpAgent | HttpsAgent;

  constructor(config: KubeConfig) {
    const cluster = config.getCurrentCluster();
    if (cluster === null) {
      throw new TypeError('the kubeconfig has no current cluster: set its current-context');
    }
    this.#config = config;
    this.#server = new URL(cluster.server);
    this.#usesProxy = cluster.proxyUrl !== undefined;
    const isTls = this.#server.protocol === 'https:';
    this.#agent = isTls ? new HttpsAgent(agentSettings) : new HttpAgent(agentSettings);
  }

  get host(): string {
    return this.#server.host;
  }

  /** The whole answer, whatever its status. Rejects with `ApiError` of status 0 where there is none. */
  async exchange(exchange: Exchange): Promise<Answer> {
    const guard = new Guard(exchange);
    try {
      const response = await this.#send(exchange, guard);
      const text = await readText(response);
      return { status: response.statusCode ?? 0, headers: response.headers, text };
    } catch (error) {
      throw guard.explain(error);
    } finally {
      guard.end();
    }
  }

  /**
   * An open-ended answer: resolves with its head. The signal ends it later too; its silence is the
   * caller's to notice. Who is through with it destroys it.
   */
  async open(exchange: Exchange): Promise<IncomingMessage> {
    const guard = new Guard(exchange);
    try {
      const response = await this.#send(exchange, guard);
      guard.headIsHere();
      response.socket.setTimeout(0);
      response.once('close', () => guard.end());
      return response;
    } catch (error) {
      guard.end();
      throw guard.explain(error);
    }
  }

  /** Ends every connection. */
  close(): void {
    this.#agent.destroy();
  }

  async #send(exchange: Exchange, guard: Guard): Promise<IncomingMessage> {
    const { protocol, hostname, port, pathname } = this.#server;
    const credentials = await this.#credentials();
    const options: RequestOptions = {
      ...credentials,
      protocol,
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port,
      method: exchange.method,
      path: pathname.replace(/\/$/, '') + exchange.path,
      headers: {
        ...exchange.headers,
        ...(credentials.headers as OutgoingHttpHeaders | undefined),
        ...(exchange.body && { 'content-length': exchange.body.length }),
      },
    };
    return new Promise((resolve, reject) => {
      const request = protocol === 'https:' ? httpsRequest(options) : httpRequest(options);
      request.on('error', reject);
      request.once('response', resolve);
      guard.protect((reason) => request.destroy(reason));
      request.end(exchange.body);
    });
  }

  /** Asked for each time: tokens and certificates are renewed under way. */
  async #credentials(): Promise<RequestOptions> {
    const options: RequestOptions = {};
    try {
      await this.#config.applyToHTTPSOptions(options);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`no credentials from the kubeconfig: ${reason}`, { cause: error });
    }
    if (!this.#usesProxy) options.agent = this.#agent;
    return options;
  }
}

/** Ends an exchange when its time is up or its caller no longer wants it. */
class Guard {
  readonly #signal: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout;
  #destroy: ((reason: Error) => void) | undefined;
  #stopped: ApiError | undefined;

  constructor({ timeoutMs, signal }: Exchange) {
    this.#timer = setTimeout(
      () => this.#stop('Timeout', `no answer within ${timeoutMs} ms`),
      timeoutMs,
    );
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort);
    if (signal?.aborted === true) this.#onAbort();
  }

  /** `destroy` ends the connection; called at once if it is already too late. */
  protect(destroy: (reason: Error) => void): void {
    this.#destroy = destroy;
    if (this.#stopped !== undefined) destroy(this.#stopped);
  }

  headIsHere(): void {
    clearTimeout(this.#timer);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }

  explain(error: unknown): ApiError {
    return this.#stopped ?? unreachable(error);
  }

  readonly #onAbort = (): void => this.#stop('Aborted', 'the call was aborted');

  #stop(reason: string, message: string): void {
    this.#stopped ??= new ApiError({ status: 0, reason, message });
    this.#destroy?.(this.#stopped);
  }
}

/** What to throw for an error of the connection. */
export function unreachable(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ApiError({ status: 0, reason: 'Unreachable', message, cause: error });
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxAnswerBytes) {
      const message = `the answer exceeds ${maxAnswerBytes} bytes`;
      throw new ApiError({ status: 0, reason: 'BadResponse', message });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length).toString('utf8');
}
