import { connect } from 'node:net';
import { jsonRoutes, type Facts, type RouteEntry, type Target } from './routes.ts';
import { rawRequest } from './http-text.ts';

/** A client that goes on too slowly, and when it must have been cut off. */
interface SlowClient {
  readonly what: string;
  readonly target: Target;
  readonly first: Buffer;
  /** One byte of it each half second. */
  readonly rest: string;
  readonly cutOffMs: number;
}

/** A head within 5 s and a JSON body within 15 s, looked after each second; and slack for load. */
const headMs = 5_000 + 1_000 + 4_000;
const bodyMs = 15_000 + 1_000 + 4_000;

function clientsOf(route: RouteEntry, facts: Facts): SlowClient[] {
  const { target, name } = route;
  const line = `POST ${route.path} HTTP/1.1`;
  const authorization = ['Authorization', `Bearer ${facts.tokens[route.role]}`] as const;
  const type = ['Content-Type', 'application/json'] as const;
  const long = [authorization, type, ['Content-Length', '1000'] as const];
  const chunked = [authorization, type, ['Transfer-Encoding', 'chunked'] as const];
  const shared = { target, rest: 'X-A: b\r\n'.repeat(100) };
  return [
    {
      ...shared,
      what: `${name}: sends nothing`,
      first: Buffer.alloc(0),
      rest: '',
      cutOffMs: headMs,
    },
    { ...shared, what: `${name}: a slow line`, first: Buffer.from('P'), cutOffMs: headMs },
    {
      ...shared,
      what: `${name}: a slow head`,
      first: Buffer.from(`${line}\r\n`),
      cutOffMs: headMs,
    },
    { ...shared, what: `${name}: a slow body`, first: rawRequest(line, long), cutOffMs: bodyMs },
    {
      ...shared,
      what: `${name}: no body`,
      first: rawRequest(line, long),
      rest: '',
      cutOffMs: bodyMs,
    },
    {
      ...{ ...shared, what: `${name}: a slow chunk`, cutOffMs: bodyMs },
      ...{ first: rawRequest(line, chunked, 'ff\r\n'), rest: 'x'.repeat(200) },
    },
  ];
}

/** Resolves with what is wrong, if anything. */
function endure(client: SlowClient, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const started = performance.now();
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let at = 0;
    const trickle = setInterval(() => {
      if (at < client.rest.length) socket.write(client.rest.charAt(at++));
    }, 500);
    const settle = (fault: string | undefined) => {
      clearInterval(trickle);
      clearTimeout(deadline);
      socket.destroy();
      resolve(fault);
    };
    const deadline = setTimeout(
      () => settle(`still open after ${((performance.now() - started) / 1_000).toFixed(1)} s`),
      client.cutOffMs,
    );
    // Unread, an answer would hide the end that follows it.
    socket.resume();
    socket.on('connect', () => socket.write(client.first));
    socket.on('error', () => settle(undefined));
    socket.on('close', () => settle(undefined));
  });
}

/** Lets clients dawdle at every route, all at once; returns how many, and what was endured. */
export async function runSlowClients(
  facts: Facts,
  ports: Readonly<Record<Target, number>>,
): Promise<{ readonly clients: number; readonly faults: readonly string[] }> {
  const clients = jsonRoutes.flatMap((route) => clientsOf(route, facts));
  const found = await Promise.all(
    clients.map(async (client) => {
      const fault = await endure(client, ports[client.target]);
      return fault === undefined ? [] : [`${client.what}: ${fault}`];
    }),
  );
  return { clients: clients.length, faults: found.flat() };
}
