import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  parseMessage,
  routes,
  ServiceError,
  type HeartbeatRequest,
  type HeartbeatResponse,
  type LeaseRequest,
  type RequestOf,
  type RouteName,
} from '@mapreduce/protocol';
import type { Log } from '@mapreduce/service';
import {
  authorize,
  readJson,
  sendError,
  sendPieces,
  type Authenticator,
} from '@mapreduce/service/node';
import type { ControlHandlers } from '../core/index.ts';
import { EncodedLog } from './encoded-log.ts';

export interface ControlPlaneOptions {
  /** Who answers now; requests that come before it has started wait for it. */
  readonly coordinator: () => Promise<ControlHandlers>;
  readonly authenticator: Authenticator;
  readonly log: Log;
  /** Told of each request, with the time that it took. */
  readonly onAnswered?: (route: RouteName, ms: number) => void;
}

/**
 * The routes of the coordinator as an express application. In this order, a request is refused for
 * its token (before its body is read), its path and method, its type and size, and its schema.
 */
export async function controlPlane(
  options: ControlPlaneOptions,
): Promise<(request: IncomingMessage, response: ServerResponse) => void> {
  const { default: express } = await import('express');
  const application = express();
  application.disable('x-powered-by');
  application.disable('etag');
  application.enable('case sensitive routing');
  application.enable('strict routing');
  let encoded: EncodedLog | undefined;
  const logOf = ({ log }: ControlHandlers) => (encoded ??= new EncodedLog(log));
  for (const name of Object.keys(routes) as RouteName[]) {
    const { path, role } = routes[name];
    application.all(path, (request, response) => {
      observe(response, name, options);
      answer(response, options.log, async () => {
        await authorize(request, options.authenticator, role);
        if (request.method !== 'POST')
          throw new ServiceError('METHOD_NOT_ALLOWED', 'expected POST');
        const { message, coordinator, value } = await serve(name, request, response, options);
        if (name !== 'heartbeat') return [Buffer.from(JSON.stringify(value))];
        const { logFrom } = message as HeartbeatRequest;
        return encodeHeartbeat(value as HeartbeatResponse, logFrom, logOf(coordinator));
      });
    });
  }
  application.use((request: IncomingMessage, response: ServerResponse) =>
    answer(response, options.log, async () => {
      // Whoever has no token at all does not learn which paths there are.
      if (options.authenticator.check(request.headers.authorization, 'control') !== 'forbidden') {
        await authorize(request, options.authenticator, 'control');
      }
      throw new ServiceError('NOT_FOUND', 'no such route');
    }),
  );
  return application;
}

function observe(response: ServerResponse, name: RouteName, options: ControlPlaneOptions): void {
  const { onAnswered } = options;
  if (onAnswered === undefined) return;
  const began = performance.now();
  response.once('close', () => onAnswered(name, performance.now() - began));
}

async function serve(
  name: RouteName,
  request: IncomingMessage,
  response: ServerResponse,
  { coordinator: current }: ControlPlaneOptions,
) {
  const route = routes[name];
  const message = parseMessage<RequestOf<RouteName>>(
    route.request,
    await readJson(request, route.body),
  );
  const coordinator = await current();
  if (name === 'lease') {
    response.once('close', () => {
      if (!response.writableFinished) coordinator.withdraw(message as LeaseRequest);
    });
  }
  const handler = coordinator[name] as (request: RequestOf<RouteName>) => Promise<unknown>;
  return { message, coordinator, value: await handler(message) };
}

/** The answer as JSON, with its part of the log as it is encoded already. */
function encodeHeartbeat(
  { log, ...rest }: HeartbeatResponse,
  logFrom: number,
  encoded: EncodedLog,
): Uint8Array[] {
  const before = `${JSON.stringify(rest).slice(0, -1)},"log":[`;
  return [Buffer.from(before), ...encoded.tail(logFrom, log.length), Buffer.from(']}')];
}

/** `run` gives the answer as JSON, in pieces. */
function answer(
  response: ServerResponse,
  log: Log,
  run: () => Promise<readonly Uint8Array[]>,
): void {
  run().then(
    (pieces) => sendPieces(response, 200, pieces),
    (error: unknown) => {
      if (!(error instanceof ServiceError)) log.error('request failed', { error: String(error) });
      void sendError(response, error);
    },
  );
}
