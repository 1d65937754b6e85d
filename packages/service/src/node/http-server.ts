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
      // Of whole URLs, and of what is none, every router makes something else.
      if (request.url?.startsWith('/') === true) handle(request, response);
      else void refuseTarget(response);
    });
    this.#server.maxConnections = maxConnections;
  }

  /** Resolves when it listens; rejects with EADDRINUSE and the like. */
  static async listen(options: HttpServerOptions): Promise<HttpServer> {
    const server = new HttpServer(options);
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', reject);
      server.#server.listen(options.port, options.host, () => {
        server.#server.off('error', reject);
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
   * still open after `graceMs`.
   */
  async close(graceMs = 0): Promise<void> {
    this.#draining = true;
    await new Promise<void>((resolve) => {
      const cut = setTimeout(() => this.#server.closeAllConnections(), graceMs);
      // http's own close drops idle connections at once, under a client that is about to send.
      NetServer.prototype.close.call(this.#server, () => {
        clearTimeout(cut);
        resolve();
      });
    });
    // Stops the check for slow connections.
    this.#server.close();
  }
}
