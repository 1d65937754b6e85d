import type { KubeConfig } from '@kubernetes/client-node';
import { sleep, type Clock } from '@mapreduce/service';
import type {
  ApiClient,
  ApplyOptions,
  CallOptions,
  DeleteOptions,
  ListOptions,
  ListPage,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from '../api/client.ts';
import { ApiError, isNotFound } from '../api/error.ts';
import type { KubeObject, ObjectKey } from '../api/object.ts';
import { collectionPath, objectPath, type Resource } from '../api/resource.ts';
import { pods } from '../api/resources.ts';
import type { RuntimeMetrics } from '../core/metrics.ts';
import { Connection, unreachable, type Answer } from './connection.ts';
import { jsonLines } from './json-lines.ts';
import { listPage, objectOf, watchEvent } from './responses.ts';
import { retryAfterMs, statusError } from './status-error.ts';

export interface HttpClientOptions {
  readonly config: KubeConfig;
  /** `NAME/VERSION` of the program: who it is in the server's audit log. */
  readonly userAgent: string;
  readonly clock: Clock;
  readonly metrics: RuntimeMetrics;
  /** How long a whole answer may take, or the head of a watch. Default: 30 s. */
  readonly timeoutMs?: number;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: object;
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
  /** Default: true. */
  readonly retries?: boolean;
}

const defaultTimeoutMs = 30_000;
/** How often a call is made again that the server put off, and how long it waits at most each time. */
const maxRetries = 5;
const maxPauseMs = 30_000;
/** No object of etcd's largest size (1.5 MiB by default) has so long a line. */
const maxLineBytes = 32 * 2 ** 20;

/** The API server over HTTP/1.1, with the credentials of a kubeconfig or of a service account. */
export class HttpApiClient implements ApiClient {
  readonly #connection: Connection;
  readonly #options: HttpClientOptions;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#connection = new Connection(options.config);
  }

  async get<T extends KubeObject>(
    resource: Resource<T>,
    key: ObjectKey,
    { signal }: CallOptions = {},
  ): Promise<T | undefined> {
    const path = objectPath(resource, key);
    const found = await unlessNotFound(this.#call({ method: 'GET', path, signal }));
    return found === undefined ? undefined : objectOf(resource, found);
  }

  async list<T extends KubeObject>(
    resource: Resource<T>,
    options: ListOptions = {},
  ): Promise<ListPage<T>> {
    const { namespace, signal, ...query } = options;
    const path = collectionPath(resource, namespace);
    return listPage(resource, await this.#call({ method: 'GET', path, query, signal }));
  }

  async *watch<T extends KubeObject>(
    resource: Resource<T>,
    options: WatchOptions,
  ): AsyncGenerator<WatchEvent<T>, void, undefined> {
    const { namespace, signal, ...selection } = options;
    const path = collectionPath(resource, namespace);
    const query = { ...selection, watch: true, allowWatchBookmarks: true };
    const response = await this.#open({ method: 'GET', path, query, signal });
    try {
      for await (const line of jsonLines(response, maxLineBytes)) yield watchEvent(resource, line);
    } catch (error) {
      if (signal?.aborted !== true) throw unreachable(error);
    } finally {
      response.destroy();
    }
  }

  async create<T extends KubeObject>(
    resource: Resource<T>,
    object: KubeObject,
    { subresource, fieldManager, signal }: WriteOptions = {},
  ): Promise<T> {
    const { namespace, name } = object.metadata;
    const path =
      subresource === undefined
        ? collectionPath(resource, namespace)
        : objectPath(resource, { ...object.metadata, name }, subresource);
    const call = { method: 'POST', path, query: { fieldManager }, body: object, signal };
    return objectOf(resource, await this.#call(call));
  }

  async update<T extends KubeObject>(
    resource: Resource<T>,
    object: KubeObject,
    { subresource, fieldManager, signal }: WriteOptions = {},
  ): Promise<T> {
    const path = objectPath(resource, object.metadata, subresource);
    const call = { method: 'PUT', path, query: { fieldManager }, body: object, signal };
    return objectOf(resource, await this.#call(call));
  }

  async apply<T extends KubeObject>(
    resource: Resource<T>,
    object: KubeObject,
    { subresource, fieldManager, force, signal }: ApplyOptions,
  ): Promise<T> {
    const answer = await this.#call({
      method: 'PATCH',
      path: objectPath(resource, object.metadata, subresource),
      query: { fieldManager, force },
      body: object,
      // JSON is YAML.
      contentType: 'application/apply-patch+yaml',
      signal,
    });
    return objectOf(resource, answer);
  }

  async patch<T extends KubeObject>(
    resource: Resource<T>,
    key: ObjectKey,
    patch: object,
    { subresource, fieldManager, signal }: WriteOptions = {},
  ): Promise<T> {
    const answer = await this.#call({
      method: 'PATCH',
      path: objectPath(resource, key, subresource),
      query: { fieldManager },
      body: patch,
      contentType: 'application/merge-patch+json',
      signal,
    });
    return objectOf(resource, answer);
  }

  async delete(
    resource: Resource,
    key: ObjectKey,
    { signal, ...options }: DeleteOptions = {},
  ): Promise<boolean> {
    const path = objectPath(resource, key);
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', ...withDefaults(options) };
    return (
      (await unlessNotFound(this.#call({ method: 'DELETE', path, body, signal }))) !== undefined
    );
  }

  async evict(pod: ObjectKey, { signal, ...options }: DeleteOptions = {}): Promise<boolean> {
    const call = {
      method: 'POST',
      path: objectPath(pods, pod, 'eviction'),
      body: {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: pod,
        deleteOptions: withDefaults(options),
      },
      signal,
      // The answer is about budgets, not about the server's load.
      retries: false,
    };
    return (await unlessNotFound(this.#call(call))) !== undefined;
  }

  /** Ends every connection. */
  close(): void {
    this.#connection.close();
  }

  /** The body of a successful answer. */
  async #call(call: Call): Promise<unknown> {
    for (let retries = 0; ; retries += 1) {
      const answer = await this.#measured(call.method, () => this.#exchange(call), statusOf);
      if (answer.status >= 200 && answer.status < 300) return parseBody(answer.text);
      const error = answerError(answer);
      if (!mayRetry(error) || call.retries === false || retries === maxRetries) throw error;
      await sleep(this.#options.clock, Math.min(error.retryAfterMs, maxPauseMs), call.signal);
    }
  }

  #exchange(call: Call): Promise<Answer> {
    return this.#connection.exchange(this.#exchangeOf(call));
  }

  async #open(call: Call) {
    const open = () => this.#connection.open(this.#exchangeOf(call));
    const response = await this.#measured(call.method, open, ({ statusCode }) => statusCode ?? 0);
    if (response.statusCode === 200) return response;
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of response as AsyncIterable<Buffer>) {
        if (chunks.push(chunk) > 64) break;
      }
    } catch (error) {
      throw unreachable(error);
    } finally {
      response.destroy();
    }
    const text = Buffer.concat(chunks).toString('utf8');
    throw answerError({ status: response.statusCode ?? 0, headers: response.headers, text });
  }

  #exchangeOf({ method, path, query = {}, body, contentType, signal }: Call) {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) parameters.set(name, String(value));
    }
    const search = parameters.size === 0 ? '' : `?${parameters.toString()}`;
    return {
      method,
      path: path + search,
      timeoutMs: this.#options.timeoutMs ?? defaultTimeoutMs,
      headers: {
        accept: 'application/json',
        'user-agent': this.#options.userAgent,
        ...(body && { 'content-type': contentType ?? 'application/json' }),
      },
      ...(body && { body: Buffer.from(JSON.stringify(body)) }),
      ...(signal && { signal }),
    };
  }

  async #measured<A>(method: string, send: () => Promise<A>, statusOf: (answer: A) => number) {
    const { clock, metrics } = this.#options;
    const began = clock.now();
    let code = '<error>';
    try {
      const answer = await send();
      code = String(statusOf(answer));
      return answer;
    } finally {
      const seconds = (clock.now() - began) / 1_000;
      metrics.request({ code, method, host: this.#connection.host, seconds });
    }
  }
}

const statusOf = ({ status }: Answer) => status;

function withDefaults(options: Omit<DeleteOptions, 'signal'>) {
  return { propagationPolicy: 'Background', ...options };
}

/** Whether the server has not begun with a call, and says when to come again. */
function mayRetry(error: ApiError): error is ApiError & { retryAfterMs: number } {
  return (error.status === 429 || error.status === 503) && error.retryAfterMs !== undefined;
}

function answerError({ status, headers, text }: Answer): ApiError {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  return statusError(status, body, retryAfterMs(headers['retry-after']));
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError({ status: 0, reason: 'BadResponse', message: 'the answer is not JSON' });
  }
}

async function unlessNotFound<A>(call: Promise<A>): Promise<A | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
