import { Agent, request as httpRequest } from 'node:http';
import { routes, type RequestOf, type ResponseOf, type RouteName } from '@mapreduce/protocol';

const TRIES = 3;

/** The server answered with an error. */
class RefusedError extends Error {}

/**
 * Calls control routes over connections of its own, as one worker does. Answers are not held
 * against their schema, which would cost as much as making them.
 */
export class Caller {
  readonly #address: string;
  readonly #token: string;
  // A lease that waits must not hold up a heartbeat.
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 2 });

  constructor(address: string, token: string) {
    this.#address = address;
    this.#token = token;
  }

  /** A broken connection is tried again, as a worker does: every route is idempotent. */
  async call<R extends RouteName>(route: R, body: RequestOf<R>): Promise<ResponseOf<R>> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#send(route, body);
      } catch (error) {
        if (error instanceof RefusedError || tries === TRIES) throw error;
      }
    }
  }

  #send<R extends RouteName>(route: R, body: RequestOf<R>): Promise<ResponseOf<R>> {
    const json = Buffer.from(JSON.stringify(body));
    return new Promise((resolve, reject) => {
      const request = httpRequest(new URL(routes[route].path, this.#address), {
        method: 'POST',
        agent: this.#agent,
        headers: {
          authorization: `Bearer ${this.#token}`,
          'content-type': 'application/json',
          'content-length': json.length,
        },
      });
      request.once('error', reject);
      request.once('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          if (response.statusCode === 200) resolve(JSON.parse(text) as ResponseOf<R>);
          else reject(new RefusedError(`${route}: ${response.statusCode ?? 0} ${text}`));
        });
      });
      request.end(json);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
