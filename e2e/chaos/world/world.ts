import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobSettings, JobStatus } from '@mapreduce/protocol';
import { newToken, NodeTransport, writeTokenFile } from '@mapreduce/service/node';
import { moduleProgram } from './module-program.ts';
import { CoordinatorControl } from './coordinator-control.ts';
import { inputText, splitSize, usualShape, type JobShape } from './job.ts';
import type { Network } from './network.ts';
import { checkOutput } from './output.ts';
import type { Recorder } from './recorder.ts';
import { WorkerControl } from './worker-control.ts';

/** What a run is made of, and what it may use. */
export interface Setting {
  /** Of this run alone; exists and is empty. */
  readonly directory: string;
  readonly network: Network;
  readonly recorder: Recorder;
  /** Where toxiproxy lies, once it is built. */
  readonly toxiproxy: string | undefined;
}

export interface WorldOptions {
  readonly workers?: number;
  readonly slots?: number;
  /** `file`: workers commit; `volume`: they upload to the coordinator. */
  readonly sink?: 'file' | 'volume';
  readonly shape?: Partial<JobShape>;
  readonly settings?: Partial<JobSettings>;
  /** Of the workers, and so of the program. */
  readonly env?: Readonly<Record<string, string>>;
  /** Starts nothing yet: the case does. */
  readonly isIdle?: boolean;
}

const coordinatorPort = 7_077;
const workerPort = 7_100;
/** Longer than any case or random run leaves a job without a coordinator. */
const restartMs = 10_000;

/** One job with its real processes. */
export class World {
  readonly setting: Setting;
  readonly coordinator: CoordinatorControl;
  readonly workers: readonly WorkerControl[];
  readonly output: string;
  readonly shape: JobShape;
  readonly #transport: NodeTransport;
  #last: JobStatus | undefined;

  private constructor(
    setting: Setting,
    coordinator: CoordinatorControl,
    workers: readonly WorkerControl[],
    shape: JobShape,
    control: string,
  ) {
    this.setting = setting;
    this.coordinator = coordinator;
    this.workers = workers;
    this.output = coordinator.config.output.directory;
    this.shape = shape;
    this.#transport = new NodeTransport({ control });
  }

  static async start(setting: Setting, options: WorldOptions = {}): Promise<World> {
    const { directory, network } = setting;
    const shape = { ...usualShape, ...options.shape };
    const [first, ...rest] = network.hosts;
    if (first === undefined) throw new Error('there is no host');
    const path = (name: string) => join(directory, name);
    const tokens = { control: newToken(), worker: newToken() };
    writeTokenFile(path('control'), tokens.control);
    writeTokenFile(path('worker'), tokens.worker);
    writeFileSync(path('input'), inputText(shape));
    const program = moduleProgram(path('program.mjs'));
    mkdirSync(path('state'));
    const coordinator = new CoordinatorControl(
      first,
      {
        job: {
          id: 'chaos',
          program,
          reducers: shape.reducers,
          splitSize: splitSize(shape),
          memory: 64 * 2 ** 20,
          taskTimeoutMs: 60_000,
          skipBadRecords: 0,
          format: 'binary',
          compression: 'zstd',
          fsync: true,
          backupTasks: true,
          ...options.settings,
        },
        programFile: path('program.mjs'),
        inputs: [{ kind: 'path', path: path('input'), shared: false }],
        output: { kind: options.sink ?? 'file', directory: path('output'), overwrite: false },
        listen: { host: first.address, port: await network.port(first, coordinatorPort) },
        tokens: { control: path('control'), worker: path('worker') },
        stateDirectory: path('state'),
        generation: 1,
        lingerMs: 0,
      },
      directory,
    );
    const workers: WorkerControl[] = [];
    for (const host of rest.slice(0, options.workers ?? 3)) {
      const name = `worker-${host.number}`;
      const place = {
        host,
        directory: path(name),
        tokenFile: path('worker'),
        logFile: path(`${name}.log`),
        slots: options.slots ?? 1,
        port: await network.port(host, workerPort),
        env: {
          CHAOS_MAP_MS: `${shape.mapMs}`,
          CHAOS_REDUCE_MS: `${shape.reduceMs}`,
          ...options.env,
        },
      };
      mkdirSync(place.directory);
      workers.push(new WorkerControl(place, coordinator.url));
    }
    const world = new World(setting, coordinator, workers, shape, tokens.control);
    if (options.isIdle !== true) world.startAll();
    return world;
  }

  /** Makes the output directory, for a file system of its own to lie over it. */
  makeOutput(): void {
    mkdirSync(this.output);
  }

  startAll(): void {
    this.coordinator.start();
    for (const worker of this.workers) worker.start();
  }

  /** Names a worker by its place in the list. */
  worker(index: number): WorkerControl {
    const worker = this.workers[index];
    if (worker === undefined) throw new Error(`there is no worker ${index}`);
    return worker;
  }

  /** The job as a coordinator sees it now; undefined where it does not answer. */
  async status({ url } = this.coordinator): Promise<JobStatus | undefined> {
    try {
      const now = { after: 0, waitMs: 0 };
      this.#last = await this.#transport.call(url, 'status', now, { timeoutMs: 1_000 });
      return this.#last;
    } catch {
      return undefined;
    }
  }

  /** Resolves once the job is so far; throws after `ms`, or when it has ended otherwise. */
  async when(
    what: string,
    moment: (status: JobStatus) => boolean,
    ms = 30_000,
    coordinator = this.coordinator,
  ): Promise<JobStatus> {
    const deadline = performance.now() + ms;
    let endedAt = Infinity;
    while (performance.now() < deadline) {
      // One that ends by itself does so at once, or is started anew by its case.
      if (coordinator.isRunning) endedAt = Infinity;
      else endedAt = Math.min(endedAt, performance.now());
      if (performance.now() > endedAt + restartMs) throw new Error(`${what}: no coordinator runs`);
      const status = await this.status(coordinator);
      if (status !== undefined && moment(status)) return status;
      if (status !== undefined && status.state !== 'running') {
        throw new Error(`${what}: the job has ${status.state}: ${JSON.stringify(status.error)}`);
      }
      await pause(20);
    }
    throw new Error(`not within ${ms} ms: ${what}; last seen: ${describe(this.#last)}`);
  }

  /** Resolves once so many maps have completed. */
  mapsDone(count: number, ms?: number): Promise<JobStatus> {
    return this.when(`${count} maps are done`, ({ maps }) => maps.completed >= count, ms);
  }

  /** Resolves once a worker runs something. */
  busy({ name, place: { host, port } }: WorkerControl): Promise<JobStatus> {
    const own = `http://${host.address}:${port}`;
    return this.when(`${name} is busy`, ({ workers }) =>
      workers.some(({ address, busy }) => address === own && busy > 0),
    );
  }

  reducing(): Promise<JobStatus> {
    return this.when('reduces run', ({ phase }) => phase === 'reduce' || phase === 'finish');
  }

  /**
   * Waits for the job's end, holds its output against the sequential run, has `mapreduce verify`
   * prove it, and sees all processes that still run end in order. Returns the last status.
   */
  async finish(ms = 60_000): Promise<JobStatus> {
    const status = await this.when('the job ends', ({ state }) => state === 'succeeded', ms);
    await checkOutput(this.output, this.shape);
    await this.#end(0);
    return status;
  }

  /** Waits for the job to fail, sees that it took its output back, and returns the last status. */
  async fails(ms = 60_000): Promise<JobStatus> {
    const status = await this.when('the job fails', ({ state }) => state === 'failed', ms);
    const left = readdirSync(this.output).filter((name) => /^(?:part-|_)/.test(name));
    if (left.length > 0) throw new Error(`the output still holds ${left.join(', ')}`);
    await this.#end(1);
    return status;
  }

  /** Sees all processes that still run end in order. */
  async #end(code: number): Promise<void> {
    for (const worker of this.workers) {
      if (!worker.isRunning) continue;
      const end = await within(15_000, `${worker.name} ends`, worker.role.ended);
      if (end.code !== 0) throw new Error(`${worker.name} ended with ${JSON.stringify(end)}`);
    }
    this.coordinator.role.signalAlone('SIGTERM');
    const end = await within(5_000, 'the coordinator ends', this.coordinator.role.ended);
    if (end.code !== code) throw new Error(`the coordinator ended with ${JSON.stringify(end)}`);
    this.#transport.close();
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The promise's value, or an error after `ms`. */
export async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  const timer = new AbortController();
  try {
    return await Promise.race([promise, late(ms, what, timer.signal)]);
  } finally {
    timer.abort();
  }
}

function late(ms: number, what: string, signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not within ${ms} ms: ${what}`)), ms);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
}

function describe(status: JobStatus | undefined): string {
  if (status === undefined) return 'nothing';
  const { state, phase, maps, reduces, attempts } = status;
  return JSON.stringify({ state, phase, maps, reduces, attempts });
}
