import { DiskError, type Log, type Transport } from '@mapreduce/service';
import {
  nodeClock,
  nodeCodec,
  nodeDigest,
  nodeDisk,
  nodeRandom,
  NodeTransport,
  readTokenFile,
  shuffleToken,
  TokenFileError,
  workerTokens,
} from '@mapreduce/service/node';
import { CoordinatorLostError, UnfitError } from '../core/errors.ts';
import type { WorkerPorts } from '../core/ports.ts';
import { Supervisor } from '../core/supervisor.ts';
import { ownAddress } from './own-address.ts';
import { claimScratch, type ScratchDirectory } from './scratch-directory.ts';
import { serveSegmentsOverHttp } from './segments-http.ts';
import { NodeSpawn } from './spawn.ts';

export interface WorkerSettings {
  /** The coordinator's base URL; executors start while it is still awaited. */
  readonly coordinator: string | Promise<string>;
  readonly tokenFile: string;
  /**
   * Its own directory; a worker that is started again with it offers what it finds there. Default: a
   * new one for each life, among the system's temporary files.
   */
  readonly directory?: string;
  /** Where it listens for other workers; default: the address by which it reaches the coordinator. */
  readonly host?: string;
  /** Default: any free one. */
  readonly port?: number;
  /** Tasks it runs at once. */
  readonly slots: number;
  /** What Node runs as an executor; default: this process's own entry, with `executor`. */
  readonly executorArgs?: readonly string[];
  readonly log: Log;
  /** Aborts when the worker is to leave at once. */
  readonly signal: AbortSignal;
  /** Aborts when it is to leave in good order, which may take `graceMs`. */
  readonly drain?: { readonly signal: AbortSignal; readonly graceMs: number };
  /**
   * It is for others to say when it goes: it waits for its coordinator as long as it takes, and at the
   * job's end until it is told to leave.
   */
  readonly stay?: boolean;
  /** Called at each registration. */
  readonly onRegistered?: () => void;
  /** Wraps what it says and hears. */
  readonly watch?: (transport: Transport) => Transport;
  /** Replaces adapters, for tests of what fails. */
  readonly ports?: Partial<WorkerPorts>;
}

/** Answers to readers who are slow may take so long, and connections that nobody uses are closed. */
const stopServingMs = { longest: 5_000, idle: 300 } as const;

/** The worker's exit codes. */
export const workerExit = { done: 0, unfit: 2, coordinatorLost: 5 } as const;

/**
 * Runs a worker until its job ends or it is told to leave. Returns the exit code; what went wrong is
 * in the log. All executors are gone by then, and so is what it wrote, unless its next life may offer
 * it.
 */
export async function runWorker(settings: WorkerSettings): Promise<number> {
  const { log, slots } = settings;
  const args = settings.executorArgs ?? [process.argv[1] ?? '', 'executor'];
  // Before anything else: their start is the longest of all.
  const spawn = new NodeSpawn({ args, log });
  spawn.startAhead(slots);
  let scratch: ScratchDirectory | undefined;
  try {
    scratch = await claimScratch(settings.directory);
    const end = await work(settings, scratch.path, spawn);
    if (end === 'ended' && settings.stay === true) {
      log.info('the job has ended; waiting to be told to go');
      await told(settings);
    }
    return workerExit.done;
  } catch (error) {
    if (error instanceof CoordinatorLostError) {
      log.error('coordinator lost', { error: error.message });
      return workerExit.coordinatorLost;
    }
    if (!isUnfit(error)) throw error;
    log.error('cannot take part', { error: error.message });
    return workerExit.unfit;
  } finally {
    spawn.close();
    await scratch?.release();
  }
}

/** Whether what keeps a worker from taking part is for somebody to mend. */
function isUnfit(error: unknown): error is Error {
  return [UnfitError, DiskError, TokenFileError].some((kind) => error instanceof kind);
}

async function work(
  settings: WorkerSettings,
  directory: string,
  spawn: NodeSpawn,
): Promise<'ended' | 'left'> {
  const { log, slots, stay, watch = asIs } = settings;
  const token = await readTokenFile(settings.tokenFile);
  const host = settings.host ?? (await ownAddress(new URL(await settings.coordinator)));
  const transport = new NodeTransport(workerTokens(token));
  let supervisor: Supervisor | undefined;
  const server = await serveSegmentsOverHttp({
    host,
    port: settings.port ?? 0,
    shuffleToken: shuffleToken(token),
    segments: (request) => started(supervisor).segments(request),
    output: (request) => started(supervisor).output(request),
    log,
  });
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`;
  try {
    // What needs no coordinator is done by the time that one is there.
    const coordinator = await settings.coordinator;
    supervisor = new Supervisor(
      {
        clock: nodeClock,
        random: nodeRandom,
        transport: watch(transport),
        disk: nodeDisk,
        codec: nodeCodec,
        digest: nodeDigest,
        spawn,
        log,
        ...settings.ports,
      },
      {
        ...{ coordinator, address, directory, slots, token },
        ...(settings.onRegistered && { onRegistered: settings.onRegistered }),
        ...(stay === true && { coordinatorLostMs: Infinity }),
        stopServing: () => server.close(stopServingMs.longest, stopServingMs.idle),
      },
    );
    return await untilDrained(supervisor, settings);
  } finally {
    transport.close();
    await server.close();
  }
}

function asIs(transport: Transport): Transport {
  return transport;
}

/** Resolves when the process is told to leave, in whatever way. */
function told({ drain, signal }: WorkerSettings): Promise<void> {
  const either = AbortSignal.any([signal, ...(drain === undefined ? [] : [drain.signal])]);
  return new Promise((resolve) => {
    // A signal alone keeps no process alive.
    const alive = setInterval(() => undefined, 2 ** 30);
    const go = () => {
      clearInterval(alive);
      resolve();
    };
    if (either.aborted) go();
    else either.addEventListener('abort', go, { once: true });
  });
}

/** Throws only where somebody asks before anybody could know the address. */
function started(supervisor: Supervisor | undefined): Supervisor {
  if (supervisor === undefined) throw new Error('not started');
  return supervisor;
}

async function untilDrained(
  supervisor: Supervisor,
  { drain, signal }: WorkerSettings,
): Promise<'ended' | 'left'> {
  const begin = () => supervisor.drain(drain?.graceMs ?? 0);
  drain?.signal.addEventListener('abort', begin, { once: true });
  if (drain?.signal.aborted === true) begin();
  try {
    return await supervisor.run(signal);
  } finally {
    drain?.signal.removeEventListener('abort', begin);
  }
}
