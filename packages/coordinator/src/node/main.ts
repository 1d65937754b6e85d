import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CoordinatorConfig } from '@mapreduce/protocol';
import type { Log } from '@mapreduce/service';
import {
  Authenticator,
  bulkListener,
  HttpServer,
  nodeClock,
  nodeCodec,
  nodeDigest,
  nodeDisk,
  nodeRandom,
  NodeWeb,
  readTokenFile,
  sendError,
} from '@mapreduce/service/node';
import { Coordinator, isRival, type CoordinatorPorts, type JobEnd } from '../core/index.ts';
import { controlPlane } from './control-plane.ts';

/** What a run of the coordinator has beside its configuration. */
export interface CoordinatorRun {
  readonly log: Log;
  /** Told once it listens: one line of JSON, `{"listening":"http://host:port"}`. */
  readonly announce: (line: string) => void;
  /**
   * Ends the process's work. Its reason is the signal's name: `SIGINT` cancels the job and takes its
   * output back; anything else leaves the job as it is, for a successor.
   */
  readonly signal: AbortSignal;
  /** Replaces adapters, for tests of what fails. */
  readonly ports?: Partial<CoordinatorPorts>;
}

/** The coordinator cannot start: one sentence says why. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** How the process is to end: the job's outcome, or the signal that stopped it before. */
export type CoordinatorOutcome = JobEnd | { readonly state: 'stopped' };

/**
 * Runs a job's coordinator, from its start until it has been asked for the outcome long enough or is
 * told to end. Throws `StartError` where it cannot start.
 */
export async function runCoordinator(
  config: CoordinatorConfig,
  { log, announce, signal, ports: replaced }: CoordinatorRun,
): Promise<CoordinatorOutcome> {
  const [control, worker] = await Promise.all([
    readTokenFile(config.tokens.control),
    readTokenFile(config.tokens.worker),
  ]).catch((error: unknown) => fail(error));
  const authenticator = new Authenticator({ control, worker });
  const web = new NodeWeb();
  const ports: CoordinatorPorts = {
    clock: nodeClock,
    random: nodeRandom,
    disk: nodeDisk,
    web,
    digest: nodeDigest,
    codec: nodeCodec,
    log,
    ...replaced,
  };

  const starting = Promise.withResolvers<Coordinator>();
  const broken = Promise.withResolvers<never>();
  for (const { promise } of [starting, broken]) promise.catch(() => undefined);
  const listener = Promise.withResolvers<Listener>();
  const server = await listen(config, (request, response) => {
    listener.promise.then(
      (handle) => handle(request, response),
      (error: unknown) => void sendError(response, error),
    );
  });
  announce(JSON.stringify({ listening: `http://${hostOf(config.listen.host)}:${server.port}` }));
  // After that: loading express would only delay those who wait for the address.
  listener.resolve(makeListener(starting.promise, authenticator, log));

  let coordinator: Coordinator | undefined;
  try {
    coordinator = await Coordinator.start(config, ports, broken.reject);
    starting.resolve(coordinator);
    return await Promise.race([lived(coordinator, config, signal), broken.promise]);
  } catch (error) {
    starting.reject(error);
    if (isRival(error)) throw new StartError('another coordinator of this job is starting');
    if (error instanceof StartError) throw error;
    return fail(error);
  } finally {
    await coordinator?.stop().catch((error: unknown) => {
      log.error('stopped in disorder', { error: String(error) });
    });
    web.close();
    await server.close(100);
  }
}

/** Resolves with the outcome when there is no reason to stay. */
async function lived(
  coordinator: Coordinator,
  { lingerMs }: CoordinatorConfig,
  signal: AbortSignal,
): Promise<CoordinatorOutcome> {
  const told = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const stopped = told.then(async (): Promise<CoordinatorOutcome> => {
    if (signal.reason !== 'SIGINT') return { state: 'stopped' };
    await coordinator.cancel({ reason: 'interrupted' });
    return coordinator.ended;
  });
  const end = await Promise.race([coordinator.ended, stopped]);
  if (end.state === 'stopped' || signal.aborted) return end;
  await Promise.race([told, lingered(lingerMs)]);
  return end;
}

/** Resolves after `ms`; never for 0. */
function lingered(ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (ms > 0) nodeClock.after(ms, resolve);
  });
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** Bulk routes pass express by. */
async function makeListener(
  coordinator: Promise<Coordinator>,
  authenticator: Authenticator,
  log: Log,
): Promise<Listener> {
  const [control, bulk] = await Promise.all([
    controlPlane({ coordinator, authenticator, log }),
    bulkListener(
      {
        program: async (request) => (await coordinator).bulk.program(request),
        input: async (request) => (await coordinator).bulk.input(request),
        part: async (request) => (await coordinator).bulk.part(request),
      },
      authenticator,
      log,
    ),
  ]);
  return (request, response) => {
    if (!bulk(request, response)) control(request, response);
  };
}

async function listen({ listen: { host, port } }: CoordinatorConfig, handle: Listener) {
  try {
    return await HttpServer.listen({ host, port, handle });
  } catch (error) {
    if (!String(error).includes('EADDRINUSE')) return fail(error);
    throw new StartError(
      `port ${port} of ${host} is taken: stop what listens there, or choose another port`,
    );
  }
}

function hostOf(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function fail(error: unknown): never {
  throw new StartError(error instanceof Error ? error.message : String(error), { cause: error });
}
