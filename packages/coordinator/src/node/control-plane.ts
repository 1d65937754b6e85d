import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  parseMessage,
  routes,
  ServiceError,
  type LeaseRequest,
  type RequestOf,
  type RouteName,
} from '@mapreduce/protocol';
import type { Log } from '@mapreduce/service';
import {
  authorize,
  readJson,
  sendError,
  sendJson,
  type Authenticator,
} from '@mapreduce/service/node';
import type { Coordinator } from '../core/index.ts';

export interface ControlPlaneOptions {
  /** Requests that come before it has started wait for it. */
  readonly coordinator: Promise<Coordinator>;
  readonly authenticator: Authenticator;
  readonly log: Log;
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
  for (const name of Object.keys(routes) as RouteName[]) {
    const { path, role } = routes[name];
    application.all(path, (request, response) =>
      answer(response, options.log, async () => {
        await authorize(request, options.authenticator, role);
        if (request.method !== 'POST')
          throw new ServiceError('METHOD_NOT_ALLOWED', 'expected POST');
        return serve(name, request, response, options);
      }),
    );
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

async function serve(
  name: RouteName,
  request: IncomingMessage,
  response: ServerResponse,
  { coordinator: starting }: ControlPlaneOptions,
): Promise<unknown> {
  const route = routes[name];
  const message = parseMessage<RequestOf<RouteName>>(
    route.request,
    await readJson(request, route.body),
  );
  const coordinator = await starting;
  if (name === 'lease') {
    response.once('close', () => {
      if (!response.writableFinished) coordinator.withdraw(message as LeaseRequest);
    });
  }
  const handler = coordinator[name] as (request: RequestOf<RouteName>) => Promise<unknown>;
  return handler(message);
}

function answer(response: ServerResponse, log: Log, run: () => Promise<unknown>): void {
  run().then(
    (value) => sendJson(response, 200, value),
    (error: unknown) => {
      if (!(error instanceof ServiceError)) log.error('request failed', { error: String(error) });
      void sendError(response, error);
    },
  );
}
