import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CoordinatorConfig, RouteName } from '@mapreduce/protocol';
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
import {
  Coordinator,
  isRival,
  standIn,
  type ControlHandlers,
  type CoordinatorPorts,
  type EarlyFailure,
  type JobEnd,
  type JobOutline,
} from '../core/index.ts';
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
  /** Told once it has read its journal, or stands in for a coordinator that there will never be. */
  readonly onServing?: (status: StatusSource) => void;
  /** Told of each request of the control plane, with the time that it took. */
  readonly onAnswered?: (route: RouteName, ms: number) => void;
  /** Replaces adapters, to watch them or to test what fails. */
  readonly ports?: Partial<CoordinatorPorts>;
}

/** What may be read of a coordinator from outside its routes. */
export type StatusSource = Pick<ControlHandlers, 'status'>;

/** A job whose configuration is still to be made, while its coordinator listens already. */
export interface UnpreparedJob extends JobOutline {
  readonly listen: CoordinatorConfig['listen'];
  readonly tokens: CoordinatorConfig['tokens'];
  /**
   * An earlier life has prepared it: its journal is to be read at once, and requests wait for that.
   * Otherwise the status says meanwhile that the job runs.
   */
  readonly isKnown: boolean;
  /** Throws `PreparationError` where there can be no job: its status then says so for ever. */
  readonly prepare: () => Promise<CoordinatorConfig>;
}

/** The job cannot begin: one sentence names what is wrong, and with which field. */
export class PreparationError extends Error {
  override readonly name = 'PreparationError';
  readonly failure: EarlyFailure;

  constructor(code: EarlyFailure['code'], message: string) {
    super(message);
    const kinds = { input: 'input', program: 'program', output: 'output' } as const;
    const kind = code === 'input' || code === 'program' ? kinds[code] : kinds.output;
    this.failure = { code, cause: { kind, message: message.slice(0, 16_384) } };
  }
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
  job: CoordinatorConfig | UnpreparedJob,
  run: CoordinatorRun,
): Promise<CoordinatorOutcome> {
  const { log, announce, signal, ports: replaced } = run;
  const [control, worker] = await Promise.all([
    readTokenFile(job.tokens.control),
    readTokenFile(job.tokens.worker),
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
  let serving: Promise<ControlHandlers> = starting.promise;
  const standsIn = (failure?: EarlyFailure) => {
    const { job: id, program, output } = job as UnpreparedJob;
    const until = { clock: nodeClock, until: starting.promise };
    return Promise.resolve(standIn({ job: id, program, output }, until, failure));
  };
  const listener = Promise.withResolvers<Listener>();
  const server = await HttpServer.listen({
    ...job.listen,
    handle: (request, response) => {
      listener.promise.then(
        (handle) => handle(request, response),
        (error: unknown) => void sendError(response, error),
      );
    },
  }).catch((error: unknown) => fail(error));
  announce(JSON.stringify({ listening: `http://${hostOf(job.listen.host)}:${server.port}` }));
  // After that: loading express would only delay those who wait for the address.
  const front = { current: () => serving, coordinator: starting.promise };
  listener.resolve(makeListener(front, authenticator, run));

  let coordinator: Coordinator | undefined;
  try {
    let config: CoordinatorConfig | undefined;
    if ('prepare' in job) {
      if (!job.isKnown) serving = standsIn();
      config = await Promise.race([job.prepare(), told(signal)]);
      if (config === undefined) return { state: 'stopped' };
      serving = starting.promise;
    } else {
      config = job;
    }
    coordinator = await Coordinator.start(config, ports, broken.reject);
    starting.resolve(coordinator);
    run.onServing?.(coordinator);
    return await Promise.race([lived(coordinator, config, signal), broken.promise]);
  } catch (error) {
    starting.reject(error);
    if (error instanceof PreparationError) {
      log.error('job cannot begin', { error: error.message });
      serving = standsIn(error.failure);
      run.onServing?.(await serving);
      await told(signal);
      return { state: 'failed', error: error.failure };
    }
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

/** Resolves when the process is told to end. */
function told(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

/** Resolves with the outcome when there is no reason to stay. */
async function lived(
  coordinator: Coordinator,
  { lingerMs }: CoordinatorConfig,
  signal: AbortSignal,
): Promise<CoordinatorOutcome> {
  const stopped = told(signal).then(async (): Promise<CoordinatorOutcome> => {
    if (signal.reason !== 'SIGINT') return { state: 'stopped' };
    await coordinator.cancel({ reason: 'interrupted' });
    return coordinator.ended;
  });
  const end = await Promise.race([coordinator.ended, stopped]);
  if (end.state === 'stopped' || signal.aborted) return end;
  await Promise.race([told(signal), lingered(lingerMs)]);
  return end;
}

/** Resolves after `ms`; never for 0. */
function lingered(ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (ms > 0) nodeClock.after(ms, resolve);
  });
}

/** Who answers the routes at the moment, and who will answer the bulk routes. */
interface Front {
  readonly current: () => Promise<ControlHandlers>;
  readonly coordinator: Promise<Coordinator>;
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** Bulk routes pass express by. */
async function makeListener(
  { current, coordinator }: Front,
  authenticator: Authenticator,
  { log, onAnswered }: CoordinatorRun,
): Promise<Listener> {
  const [control, bulk] = await Promise.all([
    controlPlane({ coordinator: current, authenticator, log, ...(onAnswered && { onAnswered }) }),
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

function hostOf(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function fail(error: unknown): never {
  throw new StartError(error instanceof Error ? error.message : String(error), { cause: error });
}
