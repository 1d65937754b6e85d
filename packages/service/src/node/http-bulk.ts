import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BulkRouteName } from '@mapreduce/protocol';
import type { Log } from '../ports/log.ts';
import type { BulkHandler, BulkRequest } from '../ports/transport.ts';
import type { Authenticator } from './auth.ts';
import {
  protocol,
  readJson,
  requestBytes,
  sendError,
  sendStream,
  serviceError,
} from './http-body.ts';

/** A request for 200,000 segments has 14 MB. */
const jsonLimit = 32 * 2 ** 20;

/** Throws `UNAUTHENTICATED` or `FORBIDDEN` unless the request may use routes of that role. */
export async function authorize(
  request: IncomingMessage,
  authenticator: Authenticator,
  role: Parameters<Authenticator['check']>[1],
): Promise<void> {
  switch (authenticator.check(request.headers.authorization, role)) {
    case 'allowed':
      return;
    case 'forbidden':
      throw await serviceError('FORBIDDEN', `this token is not for ${role} routes`);
    case 'unauthenticated':
      throw await serviceError('UNAUTHENTICATED', 'expected a valid bearer token');
  }
}

type BulkRouteEntry = (typeof import('@mapreduce/protocol').bulkRoutes)[BulkRouteName] & {
  readonly handler: BulkHandler;
};

/**
 * Serves bulk routes. The listener returns false, and does nothing, for a path that is none of
 * them. It refuses whoever may not before the body is read.
 */
export async function bulkListener(
  handlers: Readonly<Partial<Record<BulkRouteName, BulkHandler>>>,
  authenticator: Authenticator,
  log: Log,
): Promise<(request: IncomingMessage, response: ServerResponse) => boolean> {
  const { bulkRoutes } = await protocol();
  const byPath = new Map<string, BulkRouteEntry>(
    Object.entries(handlers).map(([name, handler]) => {
      const route = bulkRoutes[name as BulkRouteName];
      return [route.path, { ...route, handler }];
    }),
  );

  return (request, response) => {
    // The base only makes a whole URL of a path.
    const url = URL.parse(request.url ?? '', 'http://localhost');
    const route = byPath.get(url?.pathname ?? '');
    if (url === null || route === undefined) return false;

    const serve = async () => {
      await authorize(request, authenticator, route.role);
      if (request.method !== route.method) {
        throw await serviceError('METHOD_NOT_ALLOWED', `expected ${route.method}`);
      }
      const answer = await route.handler(await readRequest(request, url, route.method));
      await sendStream(response, answer);
    };
    serve().catch((error: unknown) => {
      log.debug('bulk request failed', { path: route.path, error: String(error) });
      void sendError(response, error);
    });
    return true;
  };
}

async function readRequest(
  request: IncomingMessage,
  url: URL,
  method: 'GET' | 'POST' | 'PUT',
): Promise<BulkRequest> {
  const query = Object.fromEntries(url.searchParams);
  if (method === 'POST') return { query, json: await readJson(request, jsonLimit) };
  if (method === 'PUT') return { query, body: await requestBytes(request) };
  return { query };
}
