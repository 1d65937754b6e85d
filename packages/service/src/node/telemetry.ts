import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What Prometheus reads; the registry of prom-client is one. */
export interface MetricsSource {
  readonly contentType: string;
  metrics(): Promise<string>;
}

export interface TelemetryOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** Default: all addresses. */
  readonly host?: string;
  readonly metrics: MetricsSource;
  /** Whether the process should go on; default: as long as it answers. */
  readonly isHealthy?: () => boolean;
  /** Whether it does what others count on. */
  readonly isReady: () => boolean;
}

export interface Telemetry {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves `/metrics`, `/healthz` and `/readyz`, to anybody and without a token: nothing that they say
 * is secret. Rejects if it cannot listen.
 */
export async function serveTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { port, host, metrics, isHealthy = () => true, isReady } = options;
  const server = createServer((request, response) => {
    request.resume();
    const path = request.url?.split('?', 1)[0];
    if (request.method !== 'GET' && request.method !== 'HEAD') answer(response, 405, '');
    else if (path === '/healthz') probe(response, isHealthy());
    else if (path === '/readyz') probe(response, isReady());
    else if (path === '/metrics') {
      metrics.metrics().then(
        (text) => answer(response, 200, text, metrics.contentType),
        (error: unknown) => answer(response, 500, `${String(error)}\n`),
      );
    } else answer(response, 404, '');
  });
  // Nobody has more to say than a line and some headers.
  server.requestTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function probe(response: ServerResponse, isWell: boolean): void {
  answer(response, isWell ? 200 : 503, isWell ? 'ok\n' : 'not yet\n');
}

function answer(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
