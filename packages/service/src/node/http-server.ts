import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Server as NetServer, type AddressInfo } from 'node:net';
import { sendError, serviceError } from './http-body.ts';

export interface HttpServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** Connections beyond it are refused. Default: 8,192. */
  readonly maxConnections?: number;
}

async function refuseTarget(response: ServerResponse): Promise<void> {
  await sendError(response, await serviceError('BAD_REQUEST', 'expected a path as request target'));
}

/**
 * An HTTP server with limits that fit leases of 10 s: a slow head is cut off after 5 s (bodies are
 * bounded by those who read them), request targets are paths, and idle connections outlive those of our clients (60 s), so
 * that a client does not send into a connection that is just being closed.
 */
export class HttpServer {
  readonly #server: Server;
  #draining = false;
  /** Answers that are under way. */
  readonly #active = new Set<ServerResponse>();
  #idleSince = 0;

  private constructor({ handle, maxConnections = 8_192 }: HttpServerOptions) {
    const limits = {
      headersTimeout: 5_000,
      requestTimeout: 0,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 1_000,
      noDelay: true,
    };
    this.#server = createServer(limits, (request, response) => {
      if (this.#draining) response.shouldKeepAlive = false;
      this.#watch(response);
      // Of whole URLs, and of what is none, every router makes something else.
      if (request.url?.startsWith('/') === true) handle(request, response);
      else void refuseTarget(response);
    });
    this.#server.maxConnections = maxConnections;
  }

  /** Resolves when it listens; rejects with the system's error: one whose code is EADDRINUSE says what to do. */
  static async listen(options: HttpServerOptions): Promise<HttpServer> {
    const server = new HttpServer(options);
    const { host, port } = options;
    await new Promise<void>((resolve, reject) => {
      const failed = (error: NodeJS.ErrnoException) => {
        if (error.code === 'EADDRINUSE') {
          error.message = `port ${port} of ${host} is taken: stop what listens there, or choose another port`;
        }
        reject(error);
      };
      server.#server.once('error', failed);
      server.#server.listen(port, host, () => {
        server.#server.off('error', failed);
        resolve();
      });
    });
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /**
   * Takes no new connections, answers `Connection: close` on those there are, and cuts what is
   * still open after `graceMs`, or once no request has been under way for `idleMs`.
   */
  async close(graceMs = 0, idleMs = graceMs): Promise<void> {
    this.#draining = true;
    for (const response of this.#active) response.shouldKeepAlive = false;
    const began = performance.now();
    await new Promise<void>((resolve) => {
      let cut: NodeJS.Timeout;
      const look = () => {
        const now = performance.now();
        const idle = this.#active.size === 0 ? now - Math.max(began, this.#idleSince) : 0;
        const left = Math.min(graceMs - (now - began), idleMs - idle);
        // Fractions of a millisecond would not be waited for.
        if (left < 1) this.#server.closeAllConnections();
        else cut = setTimeout(look, left);
      };
      cut = setTimeout(look, 0);
      // http's own close drops idle connections at once, under a client that is about to send.
      NetServer.prototype.close.call(this.#server, () => {
        clearTimeout(cut);
        resolve();
      });
    });
    // Stops the check for slow connections.
    this.#server.close();
  }

  #watch(response: ServerResponse): void {
    this.#active.add(response);
    response.once('close', () => {
      this.#active.delete(response);
      this.#idleSince = performance.now();
    });
  }
}
